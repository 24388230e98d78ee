"""DynamoDB streams to Lambda with the retries, splits and dead letters of AWS."""
