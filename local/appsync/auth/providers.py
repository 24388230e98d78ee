"""Which providers an API may have together, and what each must say of itself.

https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#using-additional-authorization-modes
"""

import re
from collections import Counter

from local.appsync.definition import ApiDefinition, AuthMode, AuthProvider
from local.appsync.errors import DefinitionError

_ONCE = (AuthMode.API_KEY, AuthMode.AWS_IAM, AuthMode.AWS_LAMBDA)


def check_providers(definition: ApiDefinition) -> None:
    """
    Raises:
        DefinitionError: a mode is there too often, or lacks its settings; the message names it.
    """
    counts = Counter(provider.mode for provider in definition.providers)
    for mode in _ONCE:
        if counts[mode] > 1:
            raise _refused(definition, f"has {mode.value} {counts[mode]} times; give it once")
    if len(set(definition.providers)) < len(definition.providers):
        raise _refused(definition, "has the same provider twice; give it once")
    for provider in definition.providers:
        _check(definition, provider)


def _check(definition: ApiDefinition, provider: AuthProvider) -> None:
    settings = {
        AuthMode.AMAZON_COGNITO_USER_POOLS: ("userPoolConfig", provider.user_pool),
        AuthMode.OPENID_CONNECT: ("openIDConnectConfig", provider.open_id),
        AuthMode.AWS_LAMBDA: ("lambdaAuthorizerConfig", provider.authorizer),
    }
    name, given = settings.get(provider.mode, ("", True))
    if not given:
        raise _refused(definition, f"has {provider.mode.value} without {name}")
    for pattern in (
        provider.user_pool and provider.user_pool.client_id_regex,
        provider.open_id and provider.open_id.client_id_regex,
        provider.authorizer and provider.authorizer.token_regex,
    ):
        try:
            re.compile(pattern or "")
        except re.error as error:
            text = f"has the pattern '{pattern}', which is no regular expression"
            raise _refused(definition, text) from error


def _refused(definition: ApiDefinition, problem: str) -> DefinitionError:
    return DefinitionError(f"API {definition.api_id} {problem}.")
