"""Whether a user is there, may sign in, or is gone."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from core.agenda.schedule_services import Standing
from core.aws.user_standing import UserStanding
from core.report import ID

ANA = ID("a7d1c0de-0000-4000-8000-000000000001")


@pytest.fixture
def cognito() -> Any:
    return boto3.client("cognito-idp", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.mark.parametrize(
    ("enabled", "standing"), [(True, Standing.ACTIVE), (False, Standing.DISABLED)]
)
def test_a_user_is_active_or_disabled(cognito: Any, enabled: bool, standing: Standing) -> None:
    with Stubber(cognito) as api:
        answer = {"Username": ANA, "Enabled": enabled, "UserAttributes": []}
        api.add_response("admin_get_user", answer, {"UserPoolId": "pool", "Username": ANA})
        assert UserStanding(cognito, "pool")(ANA) is standing


def test_a_user_who_is_not_there_is_gone(cognito: Any) -> None:
    with Stubber(cognito) as api:
        api.add_client_error("admin_get_user", "UserNotFoundException")
        assert UserStanding(cognito, "pool")(ANA) is Standing.GONE


def test_no_answer_is_no_news(cognito: Any) -> None:
    with Stubber(cognito) as api:
        api.add_client_error("admin_get_user", "InternalErrorException")
        with pytest.raises(ClientError):
            UserStanding(cognito, "pool")(ANA)
