"""Validation of documents: each definition walked once, in graphql-java's words."""
