"""The web application beside the API: its files, its configuration and their headers."""
