"""The end of a statement, told to the targets of EventBridge rules."""
