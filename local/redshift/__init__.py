"""The Amazon Redshift Data API on one machine: AWS JSON on the wire, DuckDB underneath.

A statement gives Redshift's answer or an error that names what is not supported; never a silently
different answer. Nothing here knows the product around it: `python -m local.redshift --help`.
"""
