"""Who may ask: a Cognito user pool, signed in by e-mail, password and an authenticator app."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.findings import acknowledge
from infra.stage import Stage

MFA = {
    "off": cognito.Mfa.OFF,
    "optional": cognito.Mfa.OPTIONAL,
    "required": cognito.Mfa.REQUIRED,
}
GROUPS = {
    "analysts": "Run the reports that are open to analysts.",
    "administrators": "See and steer everything.",
}


class Users(Construct):
    """The pool, its one public client, and the groups that reports name."""

    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "Users")
        self.pool = cognito.UserPool(
            self,
            "Pool",
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            self_sign_up_enabled=stage.self_sign_up,
            mfa=MFA[stage.mfa],
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
            ),
            deletion_protection=stage.protected,
            removal_policy=RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY,
        )
        self.client = self.pool.add_client(
            "Client",
            auth_flows=cognito.AuthFlow(user_password=True, user_srp=True),
            generate_secret=False,  # a browser and a command line cannot keep one
            prevent_user_existence_errors=True,
            disable_o_auth=True,
            auth_session_validity=Duration.minutes(10),  # an app may have to be installed first
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
            enable_token_revocation=True,
        )
        for name, description in GROUPS.items():
            self.pool.add_group(name.title(), group_name=name, description=description)
        if stage.administrator is not None:
            self._invite(stage.administrator)
        if stage.mfa != "required":
            acknowledge(
                self.pool, "COG2", "The stage's settings leave the second factor to people."
            )
        for finding in ("COG3", "COG8"):
            acknowledge(self.pool, finding, "The Plus plan costs per user; a deployer may want it.")

    def _invite(self, address: str) -> None:
        """Cognito mails a password for three days, which the first sign-in replaces."""
        user = cognito.CfnUserPoolUser(
            self,
            "Administrator",
            user_pool_id=self.pool.user_pool_id,
            username=address,
            desired_delivery_mediums=["EMAIL"],
            user_attributes=[
                cognito.CfnUserPoolUser.AttributeTypeProperty(name="email", value=address),
                cognito.CfnUserPoolUser.AttributeTypeProperty(name="email_verified", value="true"),
            ],
        )
        membership = cognito.CfnUserPoolUserToGroupAttachment(
            self,
            "AdministratorMembership",
            user_pool_id=self.pool.user_pool_id,
            username=user.ref,
            group_name="administrators",
        )
        membership.node.add_dependency(self.pool.node.find_child("Administrators"))
