"""How MiniStack, the local AWS, is started: from its own virtual environment, with an environment
of its own.

Its Lambda workers inherit that whole environment. So it holds nothing of the caller's but PATH, and
what every Lambda of the local stack needs is put here: no template, no product code knows of it.
"""

from local.aws import secret_access_key
from local.pump.bell import bell_pipe
from local.settings import ACCOUNT, CALLS_VARIABLE, HOST, REGION, ROOT, Settings

VERSION = "1.5.33"
MAIN = ROOT / "local" / "emulator_main.py"
RECORDER = ROOT / "local" / "calls"  # local/calls/sitecustomize.py

SERVICES = (
    "appsync", "cloudformation", "cognito-identity", "cognito-idp", "dynamodb", "dynamodbstreams",
    "events", "iam", "kms", "lambda", "logs", "monitoring", "s3", "scheduler", "secretsmanager",
    "ses", "sns", "sqs", "ssm", "sts", "wafv2",
)  # fmt: skip


def command(settings: Settings) -> list[str]:
    # -I: neither this folder nor the caller's PYTHON* settings may shadow what MiniStack imports.
    return [str(settings.emulator_python), "-I", str(MAIN), VERSION, str(bell_pipe(settings.pump))]


def environment(settings: Settings, *, path: str, smtp_port: int) -> dict[str, str]:
    state = settings.state / "aws"
    return {
        "PATH": path,
        "HOME": str(state),
        "LANG": "C.UTF-8",
        "TMPDIR": str(state / "tmp"),
        "GATEWAY_PORT": str(settings.aws_port),
        "BIND_HOST": HOST,
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "SERVICES": ",".join(SERVICES),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "LAMBDA_WARM_TTL_SECONDS": "300",
        "SMTP_HOST": f"{HOST}:{smtp_port}",
        "AWS_SECRET_ACCESS_KEY": secret_access_key(settings),  # what Lambdas sign with
        "AWS_ENDPOINT_URL_REDSHIFT_DATA": settings.redshift_url,
        "POWERTOOLS_TRACE_DISABLED": "true",
        **recording(settings),
    }


def recording(settings: Settings) -> dict[str, str]:
    """What has Lambdas write down what they ask of AWS, where the settings say so."""
    if settings.calls is None:
        return {}
    settings.calls.mkdir(parents=True, exist_ok=True)
    return {"PYTHONPATH": str(RECORDER), CALLS_VARIABLE: str(settings.calls)}
