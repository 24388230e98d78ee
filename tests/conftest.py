"""What every test begins with: the environment of a Lambda, without an AWS account."""

import os

os.environ |= {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "querycast",
    "POWERTOOLS_METRICS_NAMESPACE": "Querycast",
    "POWERTOOLS_TRACE_DISABLED": "true",
}
