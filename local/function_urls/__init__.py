"""Lambda's function URLs on one machine: who calls is verified, and told to the function.

The functions are somebody else's: any server that answers the boto3 `lambda` calls. URLs answer
buffered and without CORS; nobody here needs a stream, or calls from another page.
https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
"""
