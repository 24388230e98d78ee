"""The Python client beside awswrangler and a loop of boto3's that polls, on one Data API."""
