"""`python -m local.appsync`: serve the GraphQL APIs of a control plane."""

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from local.appsync.apis import Apis
from local.appsync.application import Application
from local.appsync.auth.authorization import FIELD_ACTION, Authorities
from local.appsync.control_plane import BotoControlPlane
from local.appsync.server import Server, TlsListener
from local.appsync.tls import NoCertificates, server_context
from local.aws_http.http_client import HttpClient
from local.aws_http.iam import IamPolicies
from local.aws_http.listener import NotBound, bind
from local.aws_http.sigv4 import KnownCredentials


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped; 1 when the port is taken."""
    return serve(checked(argument_parser("python -m local.appsync", __doc__), arguments))


def serve(
    options: argparse.Namespace, application: Callable[[Apis], Application] = Application
) -> int:
    """Serve until stopped; 1 when the port is taken. `application`: one that does more, perhaps."""
    _log_to_standard_error()
    try:
        listener = bind(options.host, options.port)
        tls = _tls(options)
    except (NotBound, NoCertificates) as error:
        print(error, file=sys.stderr)
        return 1
    endpoint = HttpClient(options.endpoint_url)
    known = KnownCredentials(options.credentials)
    authorities = Authorities(endpoint, known, IamPolicies(options.endpoint_url, FIELD_ACTION))
    apis = Apis(BotoControlPlane(options.endpoint_url, options.api_id), authorities)
    Server(application(apis), tls).run_on(listener)
    return 0


def _log_to_standard_error() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for noisy in ("botocore", "urllib3", "uvicorn", "websockets"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # A line for each request, which says neither where in the code it was written nor by which
    # thread: https://docs.python.org/3/howto/logging.html#optimization
    logging._srcfile = None
    logging.logThreads = logging.logMultiprocessing = logging.logProcesses = False


def _tls(options: argparse.Namespace) -> TlsListener | None:
    if options.tls_port is None:
        return None
    listener = bind(options.host, options.tls_port, "--tls-port")
    return TlsListener(listener, server_context(options.tls_directory))


def checked(parser: argparse.ArgumentParser, arguments: list[str] | None) -> argparse.Namespace:
    """What was given; a refusal on standard error ends the process."""
    options = parser.parse_args(arguments)
    if (options.tls_port is None) != (options.tls_directory is None):
        parser.error("--tls-port and --tls-directory go together; give both or neither.")
    return options


def argument_parser(program: str, description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument(
        "--endpoint-url", required=True, help="where AppSync's control plane and Lambda answer"
    )
    parser.add_argument("--api-id", help="serve this API only (default: every API there is)")
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (default: loopback)")
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    parser.add_argument("--tls-port", type=int, help="port to serve the same on over TLS")
    parser.add_argument(
        "--tls-directory",
        type=Path,
        help="where the certificates are, made on the first start; clients trust its ca.pem",
    )
    parser.add_argument(
        "--credentials",
        type=Path,
        help="shared-credentials file whose keys may sign requests, beside this process's own",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
