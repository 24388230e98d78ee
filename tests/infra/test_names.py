"""What infra/ and the code that it deploys must call by the same name."""

from core.aws import assumed_role, catalogue_bucket
from infra.agreed_names import SESSION_NAME
from infra.storage import CATALOGUE_KEY


def test_the_functions_open_the_session_that_the_warehouse_role_trusts() -> None:
    assert assumed_role.SESSION_NAME == SESSION_NAME


def test_the_functions_read_the_catalogue_that_they_may_read() -> None:
    assert catalogue_bucket.KEY == CATALOGUE_KEY
