"""`querycast pipelines`: one command a file, app.py their table of contents."""
