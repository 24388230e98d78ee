"""The lifecycle of a query in plain Python: types, states, catalogue, parameters, access."""
