"""Adapters of core to AWS: DynamoDB, the Redshift Data API, S3, AppSync (boto3)."""
