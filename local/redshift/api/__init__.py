"""The Data API: calls on the wire, checked, answered, shown."""
