"""Who calls, and which fields they may see."""
