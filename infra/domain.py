"""Names of one's own for the API and the web application, beside those that AWS gives.

Certificates and DNS are the operator's: the certificates of both are in ACM of us-east-1, and DNS
gets a CNAME (or alias) of each name to the target in the stack's outputs.
https://docs.aws.amazon.com/appsync/latest/devguide/custom-domain-name.html
"""

from dataclasses import dataclass

from infra.settings_forms import CERTIFICATE_ARN, DOMAIN_NAME, check_form


@dataclass(frozen=True)
class Domain:
    """A name, and the ACM certificate for it."""

    name: str
    certificate_arn: str

    def __post_init__(self) -> None:
        check_form("name", self.name, DOMAIN_NAME)
        check_form("certificate_arn", self.certificate_arn, CERTIFICATE_ARN)
