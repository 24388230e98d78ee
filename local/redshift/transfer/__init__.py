"""COPY and UNLOAD: between tables and objects in S3."""
