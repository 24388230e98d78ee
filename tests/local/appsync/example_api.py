"""The API that the tests of requests share: fields that answer, fail and echo."""

from tests.local.appsync.fakes import ECHO

SDL = """
type Author { id: ID!  name: String! }
type Post { id: ID!  title: String  owner: String  views: Int  meta: AWSJSON  at: AWSDateTime
  author: Author  tags: [String!] }
enum Colour { RED GREEN }
input Filter { colour: Colour  text: String!  many: [Int!] }
type Query { getPost(id: ID!): Post  secret: String @aws_iam  me: String  on: Boolean
  paint(filter: Filter, colour: Colour, json: AWSJSON, at: AWSDateTime, phone: AWSPhone): String
  broken: Post  raised: Post  appended: String  thrown: String  wrongList: [Post]
  badDate: Post  json: Post  headers: String }
type Mutation { addPost(id: ID!, title: String): Post }
"""

RESPONSE = "export function response(ctx) { return ctx.result; }"


def constant(value: str) -> str:
    return f"export function request(ctx) {{ return {{ payload: {value} }}; }}\n{RESPONSE}"


def responding(body: str) -> str:
    head = "import { util } from '@aws-appsync/utils';\nexport function request(ctx) { return {}; }"
    return f"{head}\nexport function response(ctx) {{ {body} }}"


CODE: dict[str, str | None] = {
    "Query.me": constant("'someone'"),
    "Query.secret": responding("util.error('must not run', 'Ran');"),
    "Query.getPost": constant("{ id: ctx.args.id, author: { id: 1, name: 'A' }, tags: ['x'] }"),
    "Query.paint": responding("return JSON.stringify(ctx.args);"),
    "Query.broken": constant("{ id: '1', author: { id: '2' } }"),
    "Query.raised": responding("util.error('m', 'T', { id: 1, zz: 2 }, { k: 1 });"),
    "Query.appended": responding("util.appendError('careful', 'W'); return 'value';"),
    "Query.thrown": responding("\n  const a = 1;\n  return ctx.nothing.here;\n"),
    "Query.wrongList": constant("{ id: '1' }"),
    "Query.badDate": constant("{ id: '1', at: 'yesterday' }"),
    "Query.json": constant("{ id: '1', meta: { a: [1] } }"),
    "Query.headers": responding("return ctx.request.headers['x-custom'];"),
    "Mutation.addPost": ECHO,
}
