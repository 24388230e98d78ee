"""`/config.json`: what the web application must know of this stack, and nothing secret.

The API key and the demo users' passwords of outputs.json stay there.
"""

from collections.abc import Mapping
from typing import Any


def web_config(outputs: Mapping[str, Any], *, is_tls: bool) -> dict[str, Any]:
    """Of a stack with these outputs, for a page that came over TLS or not."""
    over = "TlsUrl" if is_tls else "Url"
    return {
        "graphqlUrl": outputs[f"graphql{over}"],
        "realtimeUrl": outputs[f"realtime{over}"],
        "region": outputs["region"],
        "userPoolId": outputs["userPoolId"],
        "userPoolClientId": outputs["userPoolClientId"],
        "cognitoUrl": f"{outputs['awsEndpointUrl']}/",
        "selfSignUp": outputs.get("selfSignUp") == "true",
        "mfa": outputs.get("mfa", "off"),
    }
