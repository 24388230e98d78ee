"""The local AWS as boto3 sees it: one secret per stack, and the AWS_* variables that lead there.

Every program of the local stack gets the same environment, so none of them has an endpoint or a
credential in its code, and nothing of the developer's own AWS settings reaches them.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

import configparser
import os
import secrets
from collections.abc import Mapping

from local.files import write_private
from local.settings import ACCOUNT, HOST, REGION, Settings


def ensure_credentials(settings: Settings) -> None:
    """Make the stack's credentials, once; they stay the same until `clean`."""
    if settings.credentials.exists():
        return
    write_private(
        settings.credentials,
        f"[default]\naws_access_key_id = {ACCOUNT}\n"  # a 12-digit key id is the account itself
        f"aws_secret_access_key = {secrets.token_hex(20)}\n",
    )


def secret_access_key(settings: Settings) -> str:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(settings.credentials)
    return parser["default"]["aws_secret_access_key"]


def use_local_aws(settings: Settings) -> None:
    """From here on this process, and what it starts, finds the local AWS by its environment."""
    variables = environment(settings)
    os.environ.clear()
    os.environ.update(variables)


def environment(settings: Settings, base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The base environment with its AWS settings replaced by those of the local stack."""
    inherited = {name: value for name, value in base.items() if not name.startswith("AWS_")}
    direct = ",".join(filter(None, [base.get("NO_PROXY") or base.get("no_proxy"), HOST]))
    return inherited | {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": settings.aws_url,
        "AWS_ENDPOINT_URL_REDSHIFT_DATA": settings.redshift_url,
        "AWS_SHARED_CREDENTIALS_FILE": str(settings.credentials),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": f"{direct},localhost",
        "no_proxy": f"{direct},localhost",
        "QUERYCAST_OUTPUTS": str(settings.outputs),
    }
