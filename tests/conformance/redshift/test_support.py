"""The documentation lists what the tests show, no more and no less."""

from tests.conformance.redshift.support import PAGE, written


def test_the_documentation_lists_what_the_tests_show() -> None:
    page = PAGE.read_text()
    assert page == written(page), "run `python -m tests.conformance.redshift.support`"
