"""What AppSync calls: one Lambda, one function a field; APPSYNC_JS where no Lambda is needed."""
