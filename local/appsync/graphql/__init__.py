"""GraphQL itself, as AppSync speaks it: schema, documents, validation, execution."""
