"""Settings of the warehouse that a stage asks: where it is, and who signs in how."""

from dataclasses import dataclass

from infra.settings_forms import (
    ACCOUNT,
    CLUSTER,
    DATABASE,
    ROLE_ARN,
    SECRET_ARN,
    WORKGROUP,
    WORKGROUP_ID,
    StageError,
    check_form,
)


@dataclass(frozen=True)
class Warehouse:
    """The Redshift that runs the statements: a Serverless workgroup or a provisioned cluster."""

    database: str
    workgroup: str | None = None
    create: bool = False  # have the stack make the workgroup; else it is there
    workgroup_id: str | None = None  # None: any workgroup of the account and Region
    cluster: str | None = None
    database_user: str | None = None  # of a cluster, signed in by temporary credentials
    secret_arn: str | None = None  # of a cluster, signed in by a stored password
    account: str | None = None  # where it is, by roles there; None: in the stage's own
    copy_role: str | None = None  # by which Redshift reads S3; None: its own default role

    def __post_init__(self) -> None:
        check_form("database", self.database, DATABASE)
        check_form("workgroup", self.workgroup, WORKGROUP)
        check_form("workgroup_id", self.workgroup_id, WORKGROUP_ID)
        check_form("cluster", self.cluster, CLUSTER)
        check_form("database_user", self.database_user, DATABASE)
        check_form("secret_arn", self.secret_arn, SECRET_ARN)
        check_form("copy_role", self.copy_role, ROLE_ARN)
        check_form("account", self.account, ACCOUNT)
        if self.account is not None:
            self._check_elsewhere(self.account)
        credentials = [self.database_user, self.secret_arn].count(None)
        if (self.workgroup is None) == (self.cluster is None):
            raise StageError("needs `workgroup` or `cluster`; give one of the two.")
        if self.cluster is not None and credentials != 1:
            raise StageError("with `cluster` needs `database_user` or `secret_arn`; give one.")
        if self.cluster is not None and self.workgroup_id is not None:
            raise StageError("with `cluster` takes no `workgroup_id`; leave it out.")
        if self.create and (self.workgroup is None or self.workgroup_id is not None):
            raise StageError("with `create = true` needs `workgroup`, and takes no `workgroup_id`.")
        if self.workgroup is not None and credentials != 2:
            raise StageError("with `workgroup` signs in by IAM; leave out user and secret.")

    def _check_elsewhere(self, account: str) -> None:
        if self.create:
            raise StageError("with `account` takes no `create = true`; it is there already.")
        if self.copy_role is not None:
            raise StageError(
                "with `account` takes no `copy_role`; the account's own stack makes a role for it."
            )
        if self.secret_arn is not None and f":{account}:" not in self.secret_arn:
            raise StageError(f"`secret_arn` is {self.secret_arn!r}; it must be of {account}.")

    def environment(self) -> dict[str, str]:
        """The variables by which a Lambda knows its warehouse."""
        variables = {
            "WAREHOUSE_DATABASE": self.database,
            "WAREHOUSE_WORKGROUP": self.workgroup,
            "WAREHOUSE_CLUSTER": self.cluster,
            "WAREHOUSE_DB_USER": self.database_user,
            "WAREHOUSE_SECRET_ARN": self.secret_arn,
        }
        return {name: value for name, value in variables.items() if value is not None}
