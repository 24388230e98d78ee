"""Redshift's SQL into DuckDB's: parsed by sqlglot, translated node by node, or refused by name."""
