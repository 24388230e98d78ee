"""`python -m local.web`: what `python -m local.appsync` does, and the web application at `/`."""

import sys
from pathlib import Path

from local.appsync.__main__ import argument_parser, checked, serve
from local.web.application import WebApplication
from local.web.site import Site


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped; 1 when the port is taken."""
    parser = argument_parser("python -m local.web", __doc__)
    parser.add_argument("--site", type=Path, required=True, help="folder of the built application")
    parser.add_argument(
        "--outputs", type=Path, required=True, help="outputs.json of the stack, once there is one"
    )
    options = checked(parser, arguments)
    site = Site(options.site, options.outputs)
    return serve(options, lambda apis: WebApplication(apis, site))


if __name__ == "__main__":
    sys.exit(main())
