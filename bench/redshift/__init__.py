"""local/redshift beside DuckDB itself, in one run."""
