"""A handler evaluated: its context, its errors with their places, its limits."""

from typing import Any

import pytest

from local.appsync.errors import DefinitionError, FieldError
from local.appsync.resolvers.appsync_js.module import Module
from tests.local.appsync.evaluation import error, evaluation, field_call, module, value

HANDLERS = "\nexport function request() {}\nexport function response() {}"
NOT_AUTHORIZED = "Not Authorized to access field on type Query"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return missing;", "code.js:3:8: ReferenceError: missing is not defined"),
        (
            "const a = null;\n  return a.b;",
            "code.js:4:10: TypeError: cannot read property 'b' of null",
        ),
        (
            "const ü = 1; return ü.b.c;",
            "code.js:3:21: TypeError: cannot read property 'c' of undefined",
        ),
        (
            "return [1].map((x) => x.y.z);",
            "code.js:3:23: TypeError: cannot read property 'z' of undefined",
        ),
        (
            "for (const x of [1]) { x.y.z; }",
            "code.js:3:24: TypeError: cannot read property 'z' of undefined",
        ),
        (
            "const ü = 1; for (const x of [1]) { x.y.z; }",
            "code.js:3:37: TypeError: cannot read property 'z' of undefined",
        ),
        ("for (const x of 1) { }", "code.js:3:17: TypeError: value is not iterable"),
        ("return helper();", "code.js:1:40: TypeError: cannot read property 'c' of null"),
    ],
)
def test_an_uncaught_exception_names_the_users_line_and_column(body: str, message: str) -> None:
    raised = error(body, "const helper = () => { const b = null; b.c; };")
    assert (raised.error_type, raised.data, raised.info) == ("Code", None, None)
    assert raised.message == message


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("export function request() {\n  return = 1;\n}", "code.js:2:10: SyntaxError"),
        ("export function request() {\n  return 1;\n", "code.js:2:"),
        ("import { util } from '@aws-appsync/utils';\nconst a = 1 1;", "code.js:2:13: SyntaxError"),
        (
            "const a = missing;\nexport function request() {}\nexport function response() {}",
            "code.js:1:11: ReferenceError",
        ),
    ],
)
def test_code_that_does_not_load_names_its_resolver_and_place(code: str, message: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        Module(code, "Query.field")
    assert str(refusal.value).startswith(f"Query.field: {message}")


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        ("error('m')", ("m", None, None, None)),
        ("error('m', 'T', { id: 1 }, { more: [2] })", ("m", "T", {"id": 1}, {"more": [2]})),
        ("error()", ("", None, None, None)),
        (
            "unauthorized()",
            ("Not Authorized to access field on type Query", "Unauthorized", None, None),
        ),
    ],
)
def test_an_error_that_code_raises_is_the_fields(call: str, fields: Any) -> None:
    raised = error(f"util.{call}; return 1;")
    assert (raised.message, raised.error_type, raised.data, raised.info) == fields


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return util.matches('^(a+)+$', ctx.args.text);", "code.js: Not finished after 0.5 s."),
        (
            "const f = { g: (h) => h.g(h) + 1 }; return f.g(f);",
            "RangeError: Maximum call stack size exceeded",
        ),
        ("return new Array(9e7).fill('x');", "InternalError: out of memory"),
        ("return { text: ctx.args.large };", "Transformation too large."),
    ],
)
def test_code_that_is_too_much_is_stopped_and_the_next_call_works(body: str, message: str) -> None:
    arguments = {"text": "a" * 40 + "b", "large": "x" * 5_300_000}
    kept = module(f"if (ctx.args.fine) {{ return 'fine'; }} {body}")
    with pytest.raises(FieldError) as stopped:
        kept.evaluate("request", field_call(arguments=arguments))
    assert stopped.value.message.endswith(message)
    assert kept.evaluate("request", field_call(arguments={"fine": True})).value == "fine"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("const a = {}; a.a = a; return a;", "TypeError: circular reference"),
        ("return 1n;", "TypeError: BigInt are forbidden in JSON.stringify"),
        ("Object.prototype.toJSON = () => 5; return 1;", "how every object becomes JSON."),
        ("return '\\ud800';", "The result is no valid text."),
    ],
)
def test_what_cannot_be_json_is_an_error_and_the_next_call_works(body: str, message: str) -> None:
    kept = module(f"if (ctx.args.fine) {{ return 'fine'; }} {body}")
    with pytest.raises(FieldError) as failed:
        kept.evaluate("request", field_call())
    assert failed.value.error_type == "Code"
    assert failed.value.message.endswith(message)
    assert kept.evaluate("request", field_call(arguments={"fine": True})).value == "fine"


def test_a_context_too_deep_for_json_is_an_error() -> None:
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]
    with pytest.raises(FieldError, match=r"^code\.js: Its context is no JSON: "):
        module("return 1;").evaluate("request", field_call(arguments={"a": deep}))


@pytest.mark.parametrize(("character", "name"), [("\0", r"'\x00'"), ("\ud800", r"'\ud800'")])
def test_code_with_a_character_that_is_no_text_is_refused(character: str, name: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        Module(f"const a = '{character}';", "Query.field")
    assert name in str(refusal.value)


@pytest.mark.parametrize(("left", "right"), [("(", ")"), ("[", "]"), ("!", "")])
def test_code_too_deep_for_the_engine_is_refused(left: str, right: str) -> None:
    code = f"const a = {left * 14_000}1{right * 14_000};"
    with pytest.raises(DefinitionError, match="Maximum call stack size exceeded"):
        Module(code + HANDLERS, "Query.field")


def test_code_that_loops_while_it_loads_is_refused() -> None:
    code = "const a = 'a'; for (const x of [1]) { util.matches('^(a+)+$', '" + "a" * 40 + "b'); }"
    with pytest.raises(DefinitionError, match=r"^Query\.field: code\.js: Not finished after"):
        Module(
            f"{code}\nexport function request() {{}}\nexport function response() {{}}",
            "Query.field",
        )


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("undefined", None),
        ("() => 1", None),
        ("[undefined, NaN, Infinity]", [None, None, None]),
        ("{ a: undefined, b: 1 }", {"b": 1}),
        ("new Date(0)", "1970-01-01T00:00:00.000Z"),
        ("'\\u2028 <é>'", "\u2028 <é>"),
        ("9007199254740991", 9007199254740991),
        ("1e21", 1e21),
    ],
)
def test_a_value_is_what_json_makes_of_it(expression: str, result: Any) -> None:
    assert value(expression) == result


def test_ctx_has_what_the_field_has() -> None:
    call = field_call(
        arguments={"id": 1},
        source={"s": 1},
        variables={"v": 1},
        environment={"STAGE": "x"},
        stash={"kept": 1},
        previous={"result": 2},
    )
    assert module("return ctx;").evaluate("request", call).value == {
        "arguments": {"id": 1},
        "args": {"id": 1},
        "identity": None,
        "source": {"s": 1},
        "request": {"headers": {"x-a": "b"}, "domainName": None},
        "prev": {"result": 2},
        "info": {"fieldName": "field", "parentTypeName": "Query", "variables": {"v": 1}},
        "stash": {"kept": 1},
        "env": {"STAGE": "x"},
    }


def test_the_selection_set_is_in_ctx_info_but_not_in_its_json() -> None:
    expression = (
        "[ctx.info.selectionSetList, ctx.info.selectionSetGraphQL, JSON.stringify(ctx.info)]"
    )
    names, text, json = value(expression)
    assert (names, text) == (["id"], "{\n  id\n}")
    assert json == '{"fieldName":"field","parentTypeName":"Query","variables":{}}'


def test_args_and_arguments_are_one_object() -> None:
    assert value("((ctx.args.a = 1), ctx.arguments)") == {"a": 1}


@pytest.mark.parametrize(
    "change", ["ctx.args = {}", "ctx.more = 1", "ctx.env.A = 'x'", "ctx.stash = 1"]
)
def test_ctx_itself_and_its_env_are_read_only(change: str) -> None:
    assert "TypeError" in error(f"{change};").message


def test_the_result_and_the_error_are_in_the_response_handler_only() -> None:
    code = """
    export function request(ctx) { return [typeof ctx.result, typeof ctx.error]; }
    export function response(ctx) { return [ctx.result, ctx.error ?? 'none']; }"""
    both = Module(code, "Query.field")
    assert both.evaluate("request", field_call()).value == ["undefined", "undefined"]
    assert both.evaluate("response", field_call(), result=1).value == [1, "none"]
    failure = {"message": "m", "type": "T"}
    failed = both.evaluate("response", field_call(), result=None, error=failure)
    assert failed.value == [None, failure]


def test_what_a_call_changes_in_its_ctx_does_not_reach_the_next() -> None:
    kept = module("ctx.args.a.push(1); ctx.stash.b = 1; return ctx.args.a.length;")
    arguments = {"a": [0]}
    for _ in range(2):
        assert kept.evaluate("request", field_call(arguments=arguments)).value == 2
    assert arguments == {"a": [0]}


def test_code_may_print_and_make_ids_while_it_loads() -> None:
    imports = "console.log('loads'); const id = util.autoId();"
    assert value("id", imports) != value("id", imports)


def test_what_code_prints_is_logged_with_its_resolver(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    evaluation("console.log('a', { b: 1 }, undefined); console.error('c');")
    lines = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert lines == [
        ("INFO", 'Query.field: a {"b":1} undefined'),
        ("ERROR", "Query.field: c"),
    ]


def test_code_over_32_kb_is_refused() -> None:
    with pytest.raises(DefinitionError, match="32,768 bytes"):
        Module("/" * 32_769, "Query.field")
