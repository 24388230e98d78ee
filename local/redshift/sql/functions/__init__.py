"""Redshift's functions: the table of all that exist, and those that take more than a line."""
