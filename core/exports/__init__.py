"""Exports: rows as files in S3, from the statement that writes them to addresses for people."""
