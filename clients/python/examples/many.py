"""Many queries at once: all are submitted before the first is waited for."""

from querycast import Client

MONTHS = [f"2015-{month:02d}" for month in range(1, 13)]


def main() -> None:
    """Prints the fares of each month of a year."""
    with Client.from_outputs() as client:
        queries = [client.submit("taxi_by_day", {"month": month}) for month in MONTHS]
        for month, query in zip(MONTHS, queries, strict=True):
            result = client.result(client.wait(query))
            print(month, sum(1 for _ in result.rows()))


if __name__ == "__main__":
    main()
