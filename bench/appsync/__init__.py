"""local/appsync beside its peers: fan-out, filters, HTTP, memory, slow readers."""
