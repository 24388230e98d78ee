"""`python -m local.redshift`: the command line of the server."""

import argparse
import logging
import re
import sys
from pathlib import Path

from local.redshift.errors import StartError
from local.redshift.server import Settings, serve

_MEMORY = re.compile(r"[1-9]\d*(%|[KMGT]i?B)")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m local.redshift", description="The Amazon Redshift Data API on DuckDB."
    )
    parser.add_argument("--data", type=Path, required=True, help="directory that keeps everything")
    parser.add_argument(
        "--port", type=int, required=True, help="port to listen on; 0 takes a free one"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--events-endpoint", help="EventBridge and Lambda, told of finished statements"
    )
    parser.add_argument("--s3-endpoint", help="S3, which COPY reads (default: boto3's own)")
    parser.add_argument(
        "--credentials",
        type=Path,
        help="shared-credentials file; only calls signed with a key of it are answered",
    )
    parser.add_argument("--slots", type=int, default=5, help="statements run at once (%(default)s)")
    parser.add_argument(
        "--memory", default="50%", help="of each database, as 4GB or 50%% of the machine's (50%%)"
    )
    parser.add_argument(
        "--statement-timeout",
        type=float,
        default=24 * 3600.0,
        metavar="SECONDS",
        help="how long a statement may run (a day, as in the service)",
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if arguments.slots < 1:
        parser.error(f"--slots {arguments.slots}: at least 1 is needed")
    if not _MEMORY.fullmatch(arguments.memory):
        parser.error(
            f"--memory {arguments.memory}: give a size such as 4GB, or a share such as 50%"
        )
    if not 0 < arguments.statement_timeout <= 24 * 3600:
        parser.error(f"--statement-timeout {arguments.statement_timeout}: give 1 to 86400 seconds")
    try:
        serve(Settings(**vars(arguments)))
    except StartError as error:
        sys.exit(f"local.redshift: {error}")


if __name__ == "__main__":
    main()
