"""APPSYNC_JS modules as scripts: imports and exports at the top level, and nothing else, differ.

The engine loads no modules, so `import ... from '@aws-appsync/utils'` becomes local names and
`export` falls away. Lines stay where they are: errors name them.
https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-bundling.html
"""

import re

from local.appsync.errors import DefinitionError

PROVIDED = ("util", "extensions", "runtime")

_IMPORT = re.compile(
    r"^[ \t]*import\s+([^'\";]+?)\s+from\s+(['\"])([^'\"]+)\2[ \t]*;?", re.MULTILINE
)
_EXPORT_LIST = re.compile(r"^[ \t]*export\s*\{([^}]*)\}[ \t]*;?", re.MULTILINE)
_EXPORT = re.compile(
    r"(^|[;}])([ \t]*)export\s+(?=(?:function|const|let|var|class)\b)", re.MULTILINE
)
_NAME = re.compile(r"([\w$]+)(?:\s+as\s+([\w$]+))?")


def script_of(code: str, lines_before: int) -> str:
    """A script whose value is `{request, response}`; its errors count from `lines_before`.

    Raises:
        DefinitionError: it imports a module, or a name, that is not provided.
    """
    names = {"request": "request", "response": "response"}
    constants: list[str] = []

    def imported(match: re.Match[str]) -> str:
        constants.extend(_imported(match[1], match[3]))
        return _blank(match[0])

    def exported(match: re.Match[str]) -> str:
        for local, public in _NAME.findall(match[1]):
            names[public or local] = local
        return _blank(match[0])

    body = _EXPORT.sub(r"\1\2", _EXPORT_LIST.sub(exported, _IMPORT.sub(imported, code)))
    handlers = ", ".join(
        f"{public}: typeof {names[public]} === 'function' ? {names[public]} : undefined"
        for public in ("request", "response")
    )
    head = '(() => { "use strict"; ' + "".join(constants)
    return "\n" * lines_before + f"{head}{body}\nreturn {{{handlers}}};\n}})()"


def _imported(clause: str, module: str) -> list[str]:
    """Local names for what an import statement names."""
    if module != "@aws-appsync/utils":
        raise DefinitionError(f"The code imports '{module}'; only '@aws-appsync/utils' is served.")
    constants = []
    for name, local in _NAME.findall(clause.strip().strip("{}")):
        if name == "Context":
            continue  # a type, left over from TypeScript
        if name not in PROVIDED:
            raise DefinitionError(
                f"The code imports '{name}' from '{module}'; served are {', '.join(PROVIDED)}."
            )
        constants.append(f"const {local or name} = appsync.{name}; ")
    return constants


def _blank(text: str) -> str:
    return "\n" * text.count("\n")
