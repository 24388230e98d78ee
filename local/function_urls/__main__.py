"""`python -m local.function_urls`: serve the function URLs of a Lambda endpoint."""

import argparse
import logging
import sys
from pathlib import Path

from local.aws_http.http_client import HttpClient
from local.aws_http.iam import IamPolicies
from local.aws_http.listener import NotBound, bind
from local.aws_http.sigv4 import KnownCredentials
from local.function_urls.application import Application
from local.function_urls.caller import ACTIONS, Authority
from local.function_urls.directory import LambdaDirectory
from local.function_urls.functions import Functions
from local.function_urls.server import serve


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped; 1 when the port is taken."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for noisy in ("botocore", "urllib3", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        listener = bind(options.host, options.port)
    except NotBound as error:
        print(error, file=sys.stderr)
        return 1
    endpoint = options.endpoint_url
    authority = Authority(KnownCredentials(options.credentials), IamPolicies(endpoint, *ACTIONS))
    functions = Functions(HttpClient(endpoint))
    serve(Application(LambdaDirectory(endpoint), authority, functions), listener)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.function_urls", description=__doc__)
    parser.add_argument("--endpoint-url", required=True, help="where Lambda and IAM answer")
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (default: loopback)")
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    parser.add_argument(
        "--credentials",
        type=Path,
        help="shared-credentials file whose keys may sign requests, beside this process's own",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
