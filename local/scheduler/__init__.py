"""EventBridge Scheduler's schedules, fired with the times, retries and dead letters of AWS."""
