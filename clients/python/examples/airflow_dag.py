"""A DAG of Airflow: each month, the report of the month before as a Parquet file."""

from pathlib import Path

from airflow.exceptions import AirflowFailException
from airflow.sdk import dag, get_current_context, task
from airflow.timetables.interval import CronDataIntervalTimetable

from querycast import Client, ExportFormat, ExportOptions
from querycast.errors import QueryAborted

FOLDER = Path("/srv/reports")


@task(retries=3)
def taxi_by_day() -> str:
    """The path of the file. A retry asks again, unless somebody has cancelled the query."""
    month = get_current_context()["data_interval_start"].strftime("%Y-%m")
    with Client.from_outputs() as client:
        try:
            query = client.export(
                "taxi_by_day",
                month=month,
                options=ExportOptions(ExportFormat.PARQUET),
                timeout=3600,
            )
        except QueryAborted as error:
            raise AirflowFailException(error.line) from error
        (path,) = client.download(query, FOLDER / f"taxi-{month}.parquet")
    return str(path)


@dag(schedule=CronDataIntervalTimetable("@monthly", timezone="UTC"), catchup=False)
def taxi_reports() -> None:
    """One task; what follows takes the path that it returns."""
    taxi_by_day()


taxi_reports()
