"""What code may import and has to export, and the forms that it may do so in."""

import pytest

from local.appsync.errors import DefinitionError
from local.appsync.resolvers.appsync_js.module import Module
from tests.local.appsync.evaluation import field_call, module, value


@pytest.mark.parametrize(
    ("imports", "expression"),
    [
        ("import { util } from '@aws-appsync/utils';", "util.authType()"),
        ('import { util, extensions, runtime } from "@aws-appsync/utils"', "util.authType()"),
        (
            "import {\n  util as u, // what\n  runtime,\n} from '@aws-appsync/utils';",
            "u.authType()",
        ),
        ("import * as appsync from '@aws-appsync/utils';", "appsync.util.authType()"),
        ("import { Context, util } from '@aws-appsync/utils';", "util.authType()"),
        ("import '@aws-appsync/utils';", "util.authType()"),
        ("", "util.authType()"),
        (
            "import { util } from '@aws-appsync/utils';"
            "import { get } from '@aws-appsync/utils/dynamodb'",
            "util.authType() + (get({ key: {} }).operation === 'GetItem' ? '' : '?')",
        ),
        ("const text = `import { x } from 'y';\nexport { z };`;", "text && util.authType()"),
        ("/* import x from 'y'; */ // export default 1", "util.authType()"),
    ],
)
def test_names_are_imported_in_each_form(imports: str, expression: str) -> None:
    assert value(expression, imports) == "API Key Authorization"


@pytest.mark.parametrize(
    "code",
    [
        "export function request(ctx) { return 1; }\nexport function response() {}",
        "export const request = (ctx) => 1;\nexport const response = () => {};",
        "function request() { return 1; }\nfunction response() {}\nexport { request, response };",
        "const ask = () => 1, answer = () => null; export { ask as request, answer as response };",
        "// src/a.ts\nvar request = function () { return 1; };\nfunction response() {}\n"
        "export {\n  request,\n  response\n};\n",
    ],
)
def test_handlers_are_exported_in_each_form(code: str) -> None:
    assert Module(code, "Query.field").evaluate("request", field_call()).value == 1


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import { x } from './other';", "Query.field: code.js:1:1: It imports './other'"),
        ("\nimport { rds } from '@aws-appsync/utils';", "code.js:2:10: It imports 'rds'"),
        ("import utils from '@aws-appsync/utils';", "code.js:1:8: .* no default export"),
        (
            "import { fetch } from 'node:fs';",
            "It imports 'node:fs'; served are '@aws-appsync/utils'",
        ),
        ("export default function request() {}", "code.js:1:1: Default exports"),
        ("export * from '@aws-appsync/utils';", "code.js:1:1: Export request and response"),
        ("export function request() {}", "It exports no function 'response'"),
        (
            "import type { Context } from '@aws-appsync/utils';",
            "code.js:1:1: .* compile TypeScript first",
        ),
    ],
)
def test_other_imports_and_exports_are_refused_with_their_place(code: str, message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        Module(code, "Query.field")


def test_a_name_of_the_code_may_be_one_of_ours() -> None:
    loop = "let n = 0; for (const x of [1, 2]) { n += x + appsync; } return n;"
    assert module(loop, "const appsync = 10;").evaluate("request", field_call()).value == 23
