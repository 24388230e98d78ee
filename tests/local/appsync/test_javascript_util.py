"""util: errors apart, what each function answers."""

import re
import time
from typing import Any

import pytest

from tests.local.appsync.evaluation import error, evaluation, field_call, module, value

INSTANT = 1_709_210_096_789  # 2024-02-29T12:34:56.789Z, a Thursday


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("base64Encode('Grüße 🎉')", "R3LDvMOfZSDwn46J"),
        ("base64Decode('R3LDvMOfZSDwn46J')", "Grüße 🎉"),
        ("base64Encode('')", ""),
        ("urlEncode('a b&c=ü/*~')", "a+b%26c%3D%C3%BC%2F*%7E"),
        ("urlDecode('a+b%26c%3D%C3%BC')", "a b&c=ü"),
        ("escapeJavaScript('\"it\\'s\"\\n/x')", '\\"it\\\'s\\"\\n/x'),
        ("authType()", "API Key Authorization"),
        ("matches('a*b', 'aaaaab')", True),
        ("matches('^[a-c]{2}$', 'abc')", False),
        ("matches('(?i)ABC', 'xabcx')", True),
        ("matches('^\\\\p{L}+$', 'Grüße')", True),
        ("str.normalize('\\u0065\\u0301', 'nfc')", "\u00e9"),
        ("str.normalize('\\ufb01', 'nfkd')", "fi"),
        ("math.roundNum(2.5)", 3),
        ("math.minVal(1, 2)", 1),
        ("math.maxVal(1, 2)", 2),
        ("math.randomWithinRange(5, 6)", 5),
    ],
)
def test_a_function_of_util_answers(call: str, result: Any) -> None:
    assert value(f"util.{call}") == result


@pytest.mark.parametrize(
    ("call", "form"),
    [
        ("autoId()", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("autoUlid()", "[0-7][0-9A-HJKMNP-TV-Z]{25}"),
        ("autoKsuid()", "[0-9A-Za-z]{27}"),
    ],
)
def test_what_is_random_has_its_form_and_differs(call: str, form: str) -> None:
    text = module(f"return util.{call};")
    first, second = (text.evaluate("request", field_call()).value for _ in range(2))
    assert re.fullmatch(form, first)
    assert first != second


@pytest.mark.parametrize("call", ["util.math.randomDouble()", "Math.random()"])
def test_a_random_number_is_from_0_to_1_and_differs(call: str) -> None:
    first, second = value(f"[{call}, {call}]")
    assert 0 <= first < 1
    assert first != second


def test_a_later_ulid_and_ksuid_sort_after_an_earlier_one() -> None:
    earlier, later = value("[util.autoUlid(), util.autoUlid()].map((id) => id.slice(0, 10))")
    assert earlier <= later


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("yyyy-MM-dd HH:mm:ss.SSS", "2024-02-29 12:34:56.789"),
        ("YYYY-MM-dd", "2024-02-29"),
        ("yy/M/d h:mm a", "24/2/29 12:34 PM"),
        ("EEEE, d MMMM uuuu", "Thursday, 29 February 2024"),
        ("EEE d MMM", "Thu 29 Feb"),
        ("D", "60"),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", "2024-02-29T12:34:56Z"),
        ("HH:mm Z", "12:34 +0000"),
        ("hh 'o''clock'", "12 o'clock"),
    ],
)
def test_an_instant_is_written_by_the_patterns_of_java(pattern: str, text: str) -> None:
    quoted = pattern.replace("'", "\\'")
    assert value(f"util.time.epochMilliSecondsToFormatted({INSTANT}, '{quoted}')") == text


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("UTC", "2024-02-29 12:34 +0000"),
        ("Europe/Berlin", "2024-02-29 13:34 +0100"),
        ("America/New_York", "2024-02-29 07:34 -0500"),
        ("Asia/Kathmandu", "2024-02-29 18:19 +0545"),
        ("Australia/Adelaide", "2024-02-29 23:04 +1030"),
        ("+05:30", "2024-02-29 18:04 +0530"),
    ],
)
def test_an_instant_is_written_and_read_in_a_time_zone(zone: str, text: str) -> None:
    pattern = "yyyy-MM-dd HH:mm Z"
    assert (
        value(f"util.time.epochMilliSecondsToFormatted({INSTANT}, '{pattern}', '{zone}')") == text
    )
    local = f"'{text[:16]}', 'yyyy-MM-dd HH:mm', '{zone}'"
    minute = INSTANT - INSTANT % 60_000
    assert value(f"util.time.parseFormattedToEpochMilliSeconds({local})") == minute


def test_summer_time_begins_and_ends() -> None:
    times = [1_711_846_799_000, 1_711_846_800_000, 1_729_990_799_000, 1_729_990_800_000]
    call = "util.time.epochMilliSecondsToFormatted(ms, 'HH:mm:ss', 'Europe/Paris')"
    assert value(f"{times}.map((ms) => {call})") == ["01:59:59", "03:00:00", "02:59:59", "02:00:00"]


@pytest.mark.parametrize(
    ("call", "result"),
    [
        (
            "parseFormattedToEpochMilliSeconds('2024-02-29 12:34:56.789',"
            " 'yyyy-MM-dd HH:mm:ss.SSS')",
            INSTANT,
        ),
        (
            "parseFormattedToEpochMilliSeconds('2018-02-01 17:21:05.180+08:00',"
            " 'yyyy-MM-dd HH:mm:ss.SSSXXX')",
            1_517_476_865_180,
        ),
        ("parseFormattedToEpochMilliSeconds('1 Feb 2018', 'd MMM yyyy')", 1_517_443_200_000),
        ("parseISO8601ToEpochMilliSeconds('2018-02-01T17:21:05.180+08:00')", 1_517_476_865_180),
        ("epochMilliSecondsToSeconds(1517943695750)", 1_517_943_695),
        ("epochMilliSecondsToISO8601(1517943695750)", "2018-02-06T19:01:35.750Z"),
    ],
)
def test_times_are_converted(call: str, result: Any) -> None:
    assert value(f"util.time.{call}") == result


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("parseFormattedToEpochMilliSeconds('x', 'yyyy')", "'x' does not have the form 'yyyy'"),
        (
            "parseFormattedToEpochMilliSeconds('2023-02-29', 'yyyy-MM-dd')",
            "no date of the calendar",
        ),
        ("nowFormatted('yyyy', 'Mars/Olympus')", "'Mars/Olympus' is no time zone"),
        ("nowFormatted('j')", "the letter 'j'"),
        ("parseISO8601ToEpochMilliSeconds('x')", "'x' is no ISO 8601 timestamp"),
    ],
)
def test_a_time_that_cannot_be_read_is_an_error_of_its_place(call: str, words: str) -> None:
    text = error(f"return util.time.{call};").message
    assert text.startswith("code.js:3:")
    assert words in text


def test_now_is_now_in_each_form() -> None:
    before = time.time()
    ms, seconds, iso, formatted = value(
        "[util.time.nowEpochMilliSeconds(), util.time.nowEpochSeconds(), util.time.nowISO8601(),"
        " util.time.nowFormatted('yyyy-MM-dd')]"
    )
    assert int(before * 1000) <= ms <= time.time() * 1000
    assert int(before) <= seconds <= time.time()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", iso)
    assert formatted in (iso[:10], time.strftime("%Y-%m-%d", time.gmtime()))


POSTS = "<posts><post><id>1</id><title>A &amp; B</title></post>"


@pytest.mark.parametrize(
    ("xml", "result"),
    [
        (f'<?xml version="1.0"?>{POSTS}</posts>', {"posts": {"post": {"id": 1, "title": "A & B"}}}),
        ("<a><b>x</b><b>y</b></a>", {"a": {"b": ["x", "y"]}}),
        ('<a n="1"><!-- no -->text<![CDATA[<]]></a>', {"a": {"n": 1, "content": "text<"}}),
        ("<a><b/></a>", {"a": {"b": ""}}),
        ("<constructor>x</constructor>", {"constructor": "x"}),
    ],
)
def test_xml_becomes_an_object(xml: str, result: Any) -> None:
    assert value("util.xml.toMap(ctx.args.xml)", arguments={"xml": xml}) == result


def test_xml_becomes_text_of_json() -> None:
    given = {"xml": "<a><b>x</b></a>"}
    assert value("util.xml.toJsonString(ctx.args.xml)", arguments=given) == '{"a":{"b":"x"}}'
    encoded = value("util.xml.toJsonString(ctx.args.xml, true)", arguments=given)
    assert encoded == '{\\"a\\":{\\"b\\":\\"x\\"}}'


@pytest.mark.parametrize("xml", ["<a>", "<a></b>", "</a>"])
def test_malformed_xml_is_an_error(xml: str) -> None:
    assert "malformed" in error(f"return util.xml.toMap('{xml}');").message


def test_headers_are_copied_without_those_of_the_connection() -> None:
    headers = "{ 'X-Custom': 'a', host: 'b', Connection: 'c', 'content-length': 1, accept: 'd' }"
    assert value(f"util.http.copyHeaders({headers})") == {"X-Custom": "a", "accept": "d"}


def test_what_code_asks_of_the_service_gathers_in_the_call() -> None:
    call = field_call()
    body = """
    util.http.addResponseHeader('a', 1);
    util.http.addResponseHeaders({ b: 'x', c: null });
    extensions.setSubscriptionFilter({ filterGroup: [] });
    extensions.setSubscriptionInvalidationFilter({ filterGroup: [1] });
    extensions.invalidateSubscriptions({ subscriptionField: 'onX', payload: { a: 1 } });
    extensions.evictFromApiCache('Query', 'field', { 'ctx.args.id': 1 });
    util.appendError('m', 'T', { id: 1 }, { more: 2 });
    ctx.stash.kept = true;"""
    module(body).evaluate("request", call)
    asked = call.extensions
    assert asked.response_headers == [("a", 1), ("b", "x"), ("c", None)]
    assert asked.subscription_filter == {"filterGroup": []}
    assert asked.invalidation_filter == {"filterGroup": [1]}
    assert asked.invalidations == [{"subscriptionField": "onX", "payload": {"a": 1}}]
    assert [(e.message, e.error_type, e.data, e.info) for e in call.appended_errors] == [
        ("m", "T", {"id": 1}, {"more": 2})
    ]
    assert call.stash == {"kept": True}


@pytest.mark.parametrize(
    ("call", "result", "skip_to"),
    [
        ("earlyReturn({ a: 1 })", {"a": 1}, "NEXT"),
        ("earlyReturn()", None, "NEXT"),
        ("earlyReturn(1, { skipTo: 'NEXT' })", 1, "NEXT"),
        ("earlyReturn(1, { skipTo: 'END' })", 1, "END"),
    ],
)
def test_an_early_return_says_where_it_skips_to(call: str, result: Any, skip_to: str) -> None:
    done = evaluation(f"const f = () => runtime.{call}; f(); return 'late';")
    assert (done.value, done.skip_to) == (result, skip_to)
