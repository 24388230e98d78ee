"""The JavaScript that APPSYNC_JS has: what is refused when it is loaded, what is missing."""

from pathlib import Path

import pytest

from local.appsync.errors import DefinitionError
from local.appsync.resolvers.appsync_js.module import Module
from tests.local.appsync.evaluation import error, field_call, module, value

RESOLVERS = Path(__file__).parents[3] / "resolvers"


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("class A {}", "1", "Classes"),
        ("for (let i = 0; i < 2; i += 1) {}", "1", "for-of or for-in"),
        ("while (true) {}", "1", "while"),
        ("do { } while (true);", "1", "do-while"),
        ("for (const x of []) { continue; }", "23", "continue"),
        ("a: for (const x of []) { break a; }", "1", "Labels"),
        ("try { x(); } catch { }", "1", "ctx.error"),
        ("try { x(); } finally { }", "1", "ctx.error"),
        ("throw 'x';", "1", "util.error()"),
        ("return /a/.test('a');", "8", "util.matches()"),
        ("return this;", "8", "this"),
        ("const f = async () => 1;", "11", "Async"),
        ("async function f() { }", "1", "Async"),
        ("const f = async () => { await g(); };", "11", "Async"),
        ("function* f() { yield 1; }", "1", "Generators"),
        ("return { *f() { } };", "10", "Generators"),
        ("return { async f() { } };", "10", "Async"),
        ("return new Promise(() => {});", "8", "Promises"),
        ("let i = 0; i++;", "12", "+= 1"),
        ("let i = 0; --i;", "12", "-= 1"),
        ("return ~1;", "8", "~"),
        ("return 'a' in {};", "8", "Object.hasOwn()"),
        ("return [] instanceof Array;", "8", "instanceof"),
        ("function f() { return f(); }", "1", "Recursion"),
        ("const f = () => g(); const g = () => f();", "11", "Recursion"),
        ("const f = (g) => g(); f(() => 1);", "23", "functions as arguments"),
        ("const f = (g) => g(), h = () => 1; f(h);", "36", "functions as arguments"),
        ("return eval('1');", "8", "eval"),
        ("return import('x');", "8", "import"),
        ("const ü = '🎉'; class A {}", "16", "Classes"),
    ],
)
def test_a_construct_that_is_not_supported_is_refused(body: str, place: str, words: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        module(body)
    text = str(refusal.value)
    assert text.startswith(f"Query.field: code.js:3:{place}: ")
    assert words in text


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("[1, 2].map((x) => x * 2).filter((x) => x > 2).reduce((a, b) => a + b, 0)", 4),
        ("((a, ...rest) => rest.length)(1, 2, 3)", 2),
        ("ctx.args?.a?.b ?? `nested ${`text ${1}`}`", "nested text 1"),
        ("(1 & 3) | (4 ^ 1) << 1", 11),
        ("typeof void 0", "undefined"),
        ("Object.keys(Object.assign({ ...{ a: 1 } }, { b: 2 }))", ["a", "b"]),
        ("Object.hasOwn({ a: 1 }, 'a')", True),
        ("String.raw`a\\n`", "a\\n"),
        ("[3, 1, 2].sort()", [1, 2, 3]),
        ("[1, 2, 3].findLast((x) => x < 3)", 2),
        ("'a-b-c'.split('-').join('+')", "a+b+c"),
        ("'aaab'.replace('a+', 'x')", "xb"),
        ("'a1b22'.replaceAll('[0-9]+', '#')", "a#b#"),
        ("'a(b('.replaceAll('(', '')", "ab"),
        ("JSON.parse('{\"a\": 1}').a", 1),
        ("JSON.parse('no JSON')", ""),
        ("Number.isNaN(NaN) && Number.isFinite(1)", True),
        ("new Date(0).toISOString()", "1970-01-01T00:00:00.000Z"),
        ("['/a/', 'while (1) {}', '// class'].length", 3),
        ("{ async: 1, class: 2, of: 3 }.of", 3),
        ("typeof (ctx.args.x = 1)", "number"),
    ],
)
def test_what_is_supported_works(expression: str, result: object) -> None:
    assert value(expression) == result


def test_statements_that_are_supported_work() -> None:
    body = """
    var out = [], i = 0;
    for (const key in { a: 1, b: 2 }) { out.push(key); }
    for (const x of new Array(1000).fill(1)) { i += x; if (i === 10) { break; } }
    switch (i) { case 10: out.push(i); break; default: out.push('no'); }
    function helper(name) { return name; }
    const request = { get: () => helper('got') };
    delete request.other;
    out.push(request.get());
    return out;"""
    assert module(body).evaluate("request", field_call()).value == ["a", "b", 10, "got"]


@pytest.mark.parametrize(
    "name",
    [
        *("eval", "Function", "Promise", "Proxy", "Reflect", "setTimeout", "fetch", "process"),
        *("require", "XMLHttpRequest", "Buffer", "queueMicrotask", "performance", "std", "os"),
    ],
)
def test_a_global_that_appsync_does_not_have_is_missing(name: str) -> None:
    assert value(f"typeof globalThis.{name}") == "undefined"


@pytest.mark.parametrize(
    "method",
    [
        *("''.padStart", "''.padEnd", "''.repeat", "''.matchAll", "''.charCodeAt", "''.search"),
        *("Array.from", "[].keys", "[].entries", "Object.create", "Object.defineProperty"),
        *("String.fromCharCode", "new Date().setHours", "(() => 1).call", "(() => 1).bind"),
    ],
)
def test_a_method_that_appsync_does_not_have_is_missing(method: str) -> None:
    assert value(f"typeof ({method})") == "undefined"


def test_no_function_is_made_of_text() -> None:
    text = error("return (() => 1).constructor('return 1')();").message
    assert text == "code.js:3:18: TypeError: not a function"


def test_sort_takes_no_function() -> None:
    assert error("return [2, 1].sort((a, b) => a - b);").message == (
        "code.js:3:15: TypeError: sort() takes no function in APPSYNC_JS"
    )


@pytest.mark.parametrize("loop", ["for (const x of list) {}", "for (const k in list) {}"])
def test_a_loop_ends_with_an_error_after_1000_iterations(loop: str) -> None:
    text = error(f"const list = new Array(1001).fill(0); {loop}").message
    assert text.startswith("code.js:3:")
    assert text.endswith("RangeError: A loop has more than 1000 iterations.")


def test_the_functions_of_one_name_in_two_scopes_are_no_recursion() -> None:
    body = "const a = () => { const f = () => 1; return f(); };"
    assert (
        value("a() + b()", f"{body} const b = () => {{ const f = () => a(); return f(); }};") == 2
    )


@pytest.mark.parametrize("path", sorted(RESOLVERS.glob("*.js")), ids=lambda path: path.name)
def test_the_resolvers_of_the_product_load(path: Path) -> None:
    assert Module(path.read_text(), path.stem)


SAMPLES = {
    "a list of items, a page at a time": """
        import { util } from '@aws-appsync/utils';
        export function request(ctx) {
          const { filter, limit = 20, nextToken } = ctx.args;
          const text = filter && util.transform.toDynamoDBFilterExpression(filter);
          return { operation: 'Scan', filter: text ? JSON.parse(text) : null, limit, nextToken };
        }
        export function response(ctx) {
          const { error, result } = ctx;
          if (error) { return util.appendError(error.message, error.type, result); }
          const { items = [], nextToken } = result;
          return { items, nextToken };
        }""",
    "an update of what is given": """
        import { util } from '@aws-appsync/utils';
        export function request(ctx) {
          const { input: { id, ...values } } = ctx.args;
          const sets = [], removes = [], expressionNames = {}, expValues = {};
          for (const [key, value] of Object.entries(values)) {
            expressionNames[`#${key}`] = key;
            if (value) { sets.push(`#${key} = :${key}`); expValues[`:${key}`] = value; }
            else { removes.push(`#${key}`); }
          }
          let expression = sets.length ? `SET ${sets.join(', ')}` : '';
          expression += removes.length ? ` REMOVE ${removes.join(', ')}` : '';
          return {
            operation: 'UpdateItem', key: util.dynamodb.toMapValues({ id }),
            update: {
              expression, expressionNames,
              expressionValues: util.dynamodb.toMapValues(expValues),
            },
          };
        }
        export const response = (ctx) => ctx.result;""",
    "a bundle of esbuild": """
        // src/query.ts
        import { util as util2 } from "@aws-appsync/utils";
        import { select, createPgStatement, toJsonObject } from "@aws-appsync/utils/rds";
        // src/lib.ts
        var LIMITS = { small: 10, large: 100 };
        function limitOf(ctx) { var _a; return (_a = ctx.args.size) != null ? LIMITS[_a] : 10; }
        function request(ctx) {
          return createPgStatement(select({ table: "t", limit: limitOf(ctx) }));
        }
        function response(ctx) {
          if (ctx.error) { util2.error(ctx.error.message, ctx.error.type); }
          return toJsonObject(ctx.result)[0];
        }
        export { request, response };
        //# sourceMappingURL=data:application/json;base64,e30=""",
    "an HTTP request": """
        import { util } from "@aws-appsync/utils";
        export const request = ({ args: { id }, request: { headers } }) => ({
          method: "POST", resourcePath: `/v1/${util.urlEncode(id)}`,
          params: { headers: { ...util.http.copyHeaders(headers), accept: "application/json" },
                    body: JSON.stringify({ id, at: util.time.nowISO8601() }) },
        });
        export function response({ error, result: { statusCode, body } }) {
          if (error || statusCode !== 200) { util.error(body, `${statusCode}`); }
          return JSON.parse(body).items.map(({ id, ...rest }) => ({ id, ...rest }));
        }""",
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_code_as_it_is_written_for_appsync_is_taken(sample: str) -> None:
    assert Module(SAMPLES[sample], "Query.field")
