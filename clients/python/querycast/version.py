"""The version of the package, in one place for pyproject.toml, `querycast --version` and users."""

__version__ = "0.1.0"
