"""What events call: one Lambda a file."""
