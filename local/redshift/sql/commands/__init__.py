"""A statement text as commands, each as its parts; what sqlglot reads stays its tree."""
