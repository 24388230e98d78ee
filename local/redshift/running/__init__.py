"""A statement's life: the queue, connections and sessions, commands, results, what is on disk."""
