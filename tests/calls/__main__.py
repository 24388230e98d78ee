"""Compares what Lambdas asked of AWS in a run of the tests with what the template lets them.

    python -m tests.calls FOLDER

The folder is that of QUERYCAST_CALLS. Says what is refused or unused, and then exits with 1.
"""

import argparse
import json
import sys
from pathlib import Path

from infra.sources import CLOUD_ASSEMBLY
from tests.calls.compared import refused, unused
from tests.calls.recorded import Names, recorded
from tests.infra.template import Template, text

ASSUMED = ("WarehouseRole", "ExportsDownloadRole")  # by functions


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.calls", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    content = json.loads((CLOUD_ASSEMBLY / "Querycast-dev.template.json").read_text())
    template = Template(content)
    calls = recorded(folder, Names(content["Resources"]))
    own = [text(each["Role"]) for each in template.properties("Lambda::Function")]
    roles = [*(role.removesuffix(".Arn") for role in own), *ASSUMED]
    wrong = [*refused(calls, template), *unused(calls, template, roles)]
    print(*wrong, sep="\n", end="\n" * bool(wrong))
    print(f"{len(calls)} different calls of {len(roles)} roles: {len(wrong)} of them amiss.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
