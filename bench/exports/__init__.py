"""Exports through the API beside DuckDB's own COPY of the same rows, in one run."""
