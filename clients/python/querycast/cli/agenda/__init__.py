"""`querycast agenda`: one command a file, app.py their table of contents."""
