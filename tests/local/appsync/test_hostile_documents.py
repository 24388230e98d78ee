"""Documents made to cost: refused or answered within a bounded amount of work.

Work is counted in steps and objects, not in seconds: those would depend on the machine.
"""

import gc
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.appsync.errors import FieldError, RequestError
from local.appsync.graphql.documents import (
    MAX_CHARACTERS,
    MAX_DOCUMENTS,
    MAX_KEPT_CHARACTERS,
    Document,
    Documents,
)
from local.appsync.graphql.schema import build_schema
from local.appsync.graphql.selection import Fields, SelectedField
from local.appsync.graphql.validation import document as validation
from local.appsync.graphql.validation.report import MAX_CHARACTERS as MAX_TOLD
from local.appsync.graphql.validation.report import MAX_ERRORS, MAX_STEPS, Report
from tests.local.appsync.fakes import API_KEY, RunningServer, api

SDL = """
interface Node { id: ID  node: Node }
type Leaf implements Node { id: ID  node: Node }
type Other implements Node { id: ID  node: Node }
type Author { id: ID  name: String  friend: Author }
input Filter { text: String  inner: Filter  many: [Int] }
type Query { me: String  author: Author  node: Node  take(filter: Filter, ints: [Int]): Author }
"""
SCHEMA = build_schema(SDL)


def times(count: int, part: str, separator: str = " ") -> str:
    """A part many times, `#` in it being the number of the time."""
    return separator.join(part.replace("#", str(number)) for number in range(count))


def chain(count: int, body: str, last: str = "id") -> str:
    """Fragments of which each uses the next as `@`."""
    definitions = [
        f"fragment F{number} on Author{{{body.replace('@', f'...F{number + 1}')}}}"
        for number in range(count)
    ]
    return "{author{...F0}}" + "".join(definitions) + f"fragment F{count} on Author{{{last}}}"


VALID = {
    "50 levels": "{author" + "{friend" * 48 + "{id}" + "}" * 48 + "}",
    "3,000 aliases": "{" + times(3_000, "a#:me") + "}",
    "1,000 repeated fields": "{" + "me " * 1_000 + "}",
    "1,000 repeated objects": "{" + "author{id name}" * 1_000 + "}",
    "1,000 repeated objects in fragments": "{author{"
    + times(700, "...F#")
    + "}}"
    + times(700, "fragment F# on Author{friend{friend{id}}}"),
    "15,000 tokens": "{" + "me " * 14_990 + "}",
    "2,500 aliased objects": "{" + times(2_499, "a#:author{id}") + "}",
    "a long list": "{take(ints:[" + "1 " * 14_000 + "]){id}}",
    "deep input": "{take(filter:" + "{inner:" * 150 + "{}" + "}" * 150 + "){id}}",
    "1,400 variables": f"query({times(1_400, '$v#:Int')})"
    + f"{{take(ints:[{times(1_400, '$v#')}]){{id}}}}",
    "2,000 inline fragments": "{node{" + "...on Leaf{id}" * 2_000 + "}}",
    "2,900 operations": times(2_900, "query Q#{me}"),
    "nested interfaces": "{node" + "{node" * 30 + "{id}" + "}" * 31,
    "a chain of fragments": chain(98, "friend{@}"),
}
INVALID = {
    "1,000 conflicts": "{" + times(1_000, "a:take(ints:#){id}") + "}",
    "14,000 unknown fields": "{" + times(14_000, "x#") + "}",
    "7,000 unknown directives": "{me " + "@x " * 7_000 + "}",
    "2,100 repeated directives": "{me " + "@skip(if:true)" * 2_100 + "}",
    "4,000 unknown arguments": "{take(" + times(4_000, "x#:1") + "){id}}",
    "4,000 same arguments": "{take(" + "ints:1 " * 4_000 + "){id}}",
    "4,000 same input fields": "{take(filter:{" + "text:null " * 4_000 + "}){id}}",
    "4,000 anonymous operations": "{me}" * 4_000,
    "a fragment in itself": "{author{...F}} fragment F on Author{friend{...F}}",
    "500 fragments in a circle": chain(500, "@", "...F0"),
    "60 fragments in each other": "{author{...F0}}"
    + times(60, f"fragment F# on Author{{{times(60, '...F#').replace('#', '@')}}}").replace(
        "@", "0"
    ),
    "long names in deep paths": "{author"
    + "{friend" * 50
    + "{"
    + times(300, f"{'x' * 500}#")
    + "}" * 52,
}
REFUSED = {
    "3,000 levels": "{author" + "{friend" * 3_000 + "}" * 3_001,
    "10,000 braces": "{a" * 5_000 + "}" * 5_000,
    "10,000 open braces": "{" * 10_000,
    "10,000 directives": "{me " + "@skip(if:true)" * 10_000 + "}",
    "15,001 tokens": "{" + "me " * 15_001 + "}",
    "10,000 variables": "query(" + times(10_000, "$v#:Int") + "){me}",
    "7,000 nested lists": "{take(ints:" + "[" * 7_000 + "]" * 7_000 + "){id}}",
    "1 MB of names": "{" + "abcdefg " * 131_072 + "}",
    "1 MB in a string": '{take(filter:{text:"' + "x" * 1_048_576 + '"}){id}}',
    "1 MB of commas": "{me " + "," * 1_048_576 + "}",
    "1 MB of nonsense": "$" * 1_048_576,
    "exponential fields": chain(60, "a:friend{@} b:friend{@}"),
    "exponential fields of one key": chain(60, "friend{@} friend{@}"),
    "exponential spreads": chain(90, "@ @"),
    "fragments 400 deep": chain(400, "@"),
    "150 objects deep": chain(150, "friend{@}"),
    "many operations over many fragments": times(900, "query Q#{author{...F0}}")
    + chain(90, "@").removeprefix("{author{...F0}}"),
    "introspection in introspection": "{__schema{types{...F}}}"
    "fragment F on __Type{fields{type{...G}}} fragment G on __Type{fields{type{fields{name}}}}",
}


def documents() -> Documents:
    return Documents(Fields(SCHEMA, {}, {}), introspection=True)


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """The reports that validation makes from now on."""
    made: list[Report] = []

    def report() -> Report:
        made.append(Report())
        return made[-1]

    monkeypatch.setattr(validation, "Report", report)
    return made


@pytest.mark.parametrize("name", VALID)
def test_a_large_document_is_valid_after_few_steps(name: str, reports: list[Report]) -> None:
    assert documents().get(VALID[name]).errors == []
    assert reports[0].steps < MAX_STEPS / 2


@pytest.mark.parametrize("name", INVALID)
def test_a_wrong_document_is_told_so_in_few_words(name: str, reports: list[Report]) -> None:
    errors = documents().get(INVALID[name]).errors
    assert 0 < len(errors) <= MAX_ERRORS
    assert sum(len(error["message"]) for error in errors) < MAX_TOLD + MAX_CHARACTERS
    assert reports[0].steps < MAX_STEPS / 2


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_beyond_the_limits_is_refused(name: str) -> None:
    with pytest.raises(RequestError) as refusal:
        documents().get(REFUSED[name])
    assert refusal.value.status == 400


@pytest.mark.parametrize("texts", [VALID, INVALID, REFUSED], ids=["valid", "invalid", "refused"])
def test_the_server_answers_a_hostile_document_and_stays_well(
    http: httpx.Client,
    serve: Callable[..., RunningServer],
    texts: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = serve(api(SDL))
    for text in texts.values():
        answer = http.post(server.url, json={"query": text}, headers={"x-api-key": API_KEY})
        assert answer.status_code in (200, 400)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_steps_grow_with_a_document_and_not_with_its_square(reports: list[Report]) -> None:
    for count in (100, 200):
        documents().get("{" + times(count, "a:author{friend{id ...on Author{name}}}") + "}")
    few, many = (report.steps for report in reports)
    assert many < 2.2 * few


def selected(text: str) -> SelectedField:
    return documents().get(text).operation(None).selection({})[0]


def test_fields_under_nested_interfaces_do_not_multiply() -> None:
    field = selected("{node" + "{node" * 40 + "{id}" + "}" * 41)
    assert len(list(field.all_below())) < 200
    assert len(field.selection_set_list) == 41


def test_paths_that_would_fill_the_memory_are_refused() -> None:
    names = "{author{" + "".join(f"{'x' * 900}{level}:friend{{" for level in range(60))
    text = names + times(3_000, "a#:id") + "}" * 62
    with pytest.raises(FieldError, match="over 1,000,000 characters"):
        _ = selected(text).selection_set_list


def test_kept_documents_are_bounded_in_number_and_in_size() -> None:
    kept = documents()
    for number in range(MAX_DOCUMENTS + 10):
        kept.get(f"{{a{number}:me}}")
    assert len(kept._kept) == MAX_DOCUMENTS
    for number in range(20):
        kept.get(f"{{me #{number}{'x' * 90_000}\n}}")
    assert sum(map(len, kept._kept)) == kept._kept_characters <= MAX_KEPT_CHARACTERS


def test_refusals_are_kept_within_the_same_bounds() -> None:
    kept = documents()
    for number in range(MAX_DOCUMENTS + 10):
        with pytest.raises(RequestError):
            kept.get(f"{{a{number}")
    assert len(kept._kept) == MAX_DOCUMENTS


def test_a_document_that_is_forgotten_leaves_nothing() -> None:
    kept = documents()
    for number in range(MAX_DOCUMENTS * 2):
        kept.get(f"{{a{number}:me}}").operation(None).selection({})
    gc.collect()
    living = [item for item in gc.get_objects() if isinstance(item, Document)]
    assert len(living) <= MAX_DOCUMENTS + 1


def test_a_parsed_document_has_only_the_operations_that_were_asked_for() -> None:
    document = documents().get(times(2_000, "query Q#{me}"))
    document.operation("Q7")
    assert list(document._operations) == [7]


def test_an_answer_too_deep_to_be_written_is_not_asked_for(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    server = serve(api("type Tree { all: [[Tree!]!]! }  type Query { tree: Tree! }"))
    [error] = ask(server, "{tree" + "{all" * 50 + "{__typename}" + "}" * 51)["errors"]
    assert "151 objects and lists deep; it may be 150" in error["message"]


def test_a_deeply_nested_answer_has_no_server_error(
    ask: Callable[..., Any], serve: Callable[..., RunningServer]
) -> None:
    """As deep as a selection may be, through lists and non-nulls at each level."""
    levels = list(range(100))
    code = f"""
export function request(ctx) {{ return {{}}; }}
export function response(ctx) {{
  let value = {{ id: 1, all: [] }};
  for (const level of {levels}) {{ value = {{ id: 1, all: [[value]] }}; }}
  return value;
}}
"""
    sdl = "type Tree { id: ID!  all: [[Tree!]!]! }  type Query { tree: Tree! }"
    server = serve(api(sdl, {"Query.tree": code}))
    query = "{tree" + "{all" * 49 + "{id}" + "}" * 50
    answer = ask(server, query)
    assert list(answer) == ["data"]
