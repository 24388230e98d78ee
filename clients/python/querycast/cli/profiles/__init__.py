"""Commands of profiles: stacks by name."""
