"""A deterministic simulator of a query's lifecycle, and a checker of what must hold; see README.md."""
