"""Exports in the application: asked for by a menu, followed live, with files to be checked."""

import csv
import hashlib
import json
import re
from pathlib import Path

from playwright.sync_api import Download, Page, Route, expect

from tests.browser.steps import export, open_report, run_report, wait_for_status

STEPS = ("Started in the warehouse", "Rows written", "Joined to one file", "Ready to download")


def downloaded(page: Page) -> Download:
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("^Download .+")).first.click()
    return download.value


def test_a_result_is_downloaded_as_what_it_says(app: Page, tmp_path: Path) -> None:
    run_report(app, "exported", "?rows=500")
    wait_for_status(app, "Finished")
    exported = export(app, "CSV")
    wait_for_status(app, "Finished")
    for step in STEPS:
        expect(app.get_by_role("listitem").filter(has_text=step)).to_contain_text("after")
    expect(app.get_by_text("500 rows")).to_be_visible()
    expect(app).to_have_title("✓ Rows of many types in an order of their own · Querycast")
    app.reload()
    wait_for_status(app, "Finished")
    assert app.url.endswith(exported)
    download = downloaded(app)
    assert download.suggested_filename == "exported.csv"
    download.save_as(tmp_path / "file")
    content = (tmp_path / "file").read_bytes()
    expect(app.get_by_text(hashlib.sha256(content).hexdigest())).to_be_visible()
    rows = list(csv.reader(content.decode().splitlines()))
    assert len(rows) == 501
    assert rows[0][:2] == ["n", "negative"]


def test_a_report_is_exported_with_options_and_cancelled(app: Page) -> None:
    open_report(app, "endless")
    app.get_by_role("button", name="Download", exact=True).click()
    app.get_by_role("menuitem", name="With options").click()
    dialog = app.get_by_role("dialog", name="Download with options")
    dialog.get_by_label("Safe for spreadsheets").uncheck()
    dialog.get_by_label("JSON").check()
    expect(dialog.get_by_label("Safe for spreadsheets")).to_have_count(0)
    dialog.get_by_label("One file").uncheck()
    dialog.get_by_role("button", name="Compression").click()
    app.get_by_role("option", name="gzip").click()
    dialog.get_by_role("button", name="Prepare the download").click()
    words = "JSON, gzip (.gz), as many files as the warehouse writes"
    expect(app.get_by_text(words)).to_be_visible()
    app.get_by_role("button", name="Cancel").click()
    wait_for_status(app, "Cancelled")
    expect(app.get_by_text("The export was cancelled")).to_be_visible()


def test_an_export_that_fails_says_why_and_is_tried_again(app: Page) -> None:
    open_report(app, "broken", "?divisor=0")
    first = export(app, "Parquet")
    wait_for_status(app, "Failed")
    expect(app.get_by_test_id("query-error")).to_contain_text(re.compile("zero", re.IGNORECASE))
    expect(app.get_by_text("It ran with divisor = 0.")).to_be_visible()
    app.get_by_role("button", name="Export again").click()
    app.wait_for_url(lambda url: not url.endswith(first) and "/queries/" in url)
    wait_for_status(app, "Failed")


def test_files_that_are_gone_and_refusals_are_told_with_the_next_step(app: Page) -> None:
    open_report(app, "canary")
    export(app, "CSV")
    wait_for_status(app, "Finished")
    gone = "The files of the export were kept until yesterday; export again."
    full = "You have 5 queries that run; submit again when one of them has ended."

    def refuse(route: Route) -> None:
        document = route.request.post_data or ""
        if "query GetDownloads" in document:
            field, kind, message = "getDownloads", "ResultExpired", gone
        elif "mutation ExportQuery" in document:
            field, kind, message = "exportQuery", "TooManyQueries", full
        else:
            return route.continue_()
        error = {"path": [field], "errorType": kind, "message": message}
        return route.fulfill(body=json.dumps({"data": None, "errors": [error]}))

    app.route("**/graphql", refuse)
    app.get_by_role("button", name=re.compile("^Download .+")).click()
    expect(app.get_by_role("alert").filter(has_text=gone)).to_be_visible()
    app.get_by_role("button", name="Export again").click()
    expect(app.get_by_text(full)).to_be_visible()
    app.unroute("**/graphql")
    app.get_by_role("button", name="Try again").click()
