"""Progress is one line a step, unless the step has more to say."""

import re

import pytest

from local.progress import step

Output = pytest.CaptureFixture[str]


def said(output: Output) -> str:
    """What was printed, without the times."""
    return re.sub(r"\(\d+\.\d s\)", "(TIME)", output.readouterr().out)


def test_a_step_is_one_line_with_its_time(capsys: Output) -> None:
    with step("Deploy") as result:
        assert said(capsys) == "  Deploy ..."
        result.note = "created"
    assert said(capsys) == " created (TIME)\n"


def test_a_step_with_nothing_to_say_is_done(capsys: Output) -> None:
    with step("Deploy"):
        pass
    assert said(capsys) == "  Deploy ... done (TIME)\n"


def test_a_step_that_says_one_thing_stays_one_line(capsys: Output) -> None:
    with step("Load") as result:
        result.go_on("nothing to load")
    assert said(capsys) == "  Load ... nothing to load (TIME)\n"


def test_a_step_that_says_more_shows_it_as_it_comes(capsys: Output) -> None:
    with step("Load") as result:
        for line in ("January", "February", "2 months"):
            result.go_on(line)
    assert said(capsys) == ("  Load ...\n      January\n      February\n      2 months (TIME)\n")


def test_a_step_that_fails_says_so(capsys: Output) -> None:
    with pytest.raises(ValueError, match="broken"), step("Load"):
        raise ValueError("broken")
    assert said(capsys) == "  Load ... failed\n"
