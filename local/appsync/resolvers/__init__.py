"""How a field gets its value: a resolver's code around a data source."""
