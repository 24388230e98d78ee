from core.catalogue import catalogue_from_json
from core.pipelines.pipeline import pipeline_to_json
from core.report import report_to_json
from tests.fakes import BY_DAY, LOAD

REPORTS = [report_to_json(BY_DAY)]


def test_reports_and_pipelines_survive_being_a_document() -> None:
    document = {"reports": REPORTS, "pipelines": [pipeline_to_json(LOAD)]}
    catalogue = catalogue_from_json(document)
    assert catalogue.reports == {"taxi_by_day": BY_DAY}
    assert catalogue.pipelines == {"load": LOAD}


def test_a_catalogue_from_before_there_were_pipelines_is_read() -> None:
    assert catalogue_from_json({"reports": REPORTS}).pipelines == {}
