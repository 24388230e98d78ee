"""Who is told of an end, and how: mails by SES, messages by an SNS topic, asked for by a queue.

SES sends from the stage's `mail_from`, an identity that whoever deploys has verified: it may be the
address itself or a domain that it is in, and often serves more than one stage.
"""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.function import Function
from infra.sender import identities
from infra.stage import Stage
from infra.work_queue import WorkQueue

NOTIFY_TIMEOUT = Duration.seconds(60)  # of the function: one notice


class Notices(Construct):
    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "Notices")
        self._mail_from = stage.mail_from
        self.queue = WorkQueue(self)
        # AWS's own key: its policy lets whoever in this account may use the topic.
        key = kms.Alias.from_alias_name(self, "Key", "alias/aws/sns")
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)

    def allow_telling(self, function: Function) -> None:
        """Let it send mails from the one address, and publish to the topic."""
        iam.Grant.add_to_principal(
            grantee=function, actions=["sns:Publish"], resource_arns=[self.topic.topic_arn]
        )
        if self._mail_from is not None:
            iam.Grant.add_to_principal(
                grantee=function,
                actions=["ses:SendEmail"],
                resource_arns=[self._identity_arn(name) for name in identities(self._mail_from)],
                conditions={"StringEquals": {"ses:FromAddress": self._mail_from}},
            )

    def _identity_arn(self, name: str) -> str:
        return Stack.of(self).format_arn(service="ses", resource="identity", resource_name=name)
