"""A deterministic simulator of a query's lifecycle, and a checker of its histories."""
