"""Names of the service as identifiers: whatever they are, what is made of them is one, and new."""

import builtins
import keyword
import re
import unicodedata

NO_IDENTIFIER = re.compile(r"\W+")
MODULE = {"Any", "Client", "Decimal", "Literal", "TypedDict", "TypedResult", "Value", "client"} | {
    *("date", "datetime", "given", "max_age", "run", "time", "timeout"),
    *("AsyncClient", "AsyncTypedResult", "run_async"),
}  # what the module itself uses


class Names:
    """The identifiers of a scope; each is given once."""

    def __init__(self) -> None:
        self._taken = {*keyword.kwlist, *dir(builtins), *MODULE}

    def identifier(self, name: str, fallback: str) -> str:
        """One for the name, as close to it as may be. fallback: what stands for nothing at all."""
        # Python reads identifiers in this form, so two that differ are two for Python as well.
        plain = NO_IDENTIFIER.sub("_", unicodedata.normalize("NFKC", name)).strip("_")
        stem = plain if plain.isidentifier() else f"{fallback}_{plain}".rstrip("_")
        return self._new(stem if stem.isidentifier() else fallback)

    def class_name(self, name: str, fallback: str) -> str:
        """The same for a class: TaxiByDay."""
        words = NO_IDENTIFIER.sub("_", name).split("_")
        return self.identifier("".join(word[:1].upper() + word[1:] for word in words), fallback)

    def _new(self, stem: str) -> str:
        found, number = stem, 1
        while found in self._taken:
            number += 1
            found = f"{stem}_" if number == 2 else f"{stem}_{number}"
        self._taken.add(found)
        return found
