"""A typed module of a stack's reports: what `querycast codegen` writes."""
