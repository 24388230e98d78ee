"""Where alarms go: a topic that mails whoever is on call.

CloudWatch may not use AWS's own key for topics, so this one has a key that lets it, or the stage's.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.customer_key import CustomerKey


class AlarmTopic(Construct):
    """Whom it mails to confirms that once, by the link in SNS's mail."""

    def __init__(self, scope: Construct, *, mail_to: str, customer_key: CustomerKey | None) -> None:
        super().__init__(scope, "AlarmTopic")
        key = self._own_key() if customer_key is None else customer_key.key
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.topic.add_subscription(subscriptions.EmailSubscription(mail_to))
        own = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
        alarms = iam.ServicePrincipal("cloudwatch.amazonaws.com", conditions=own)
        key.grant(alarms, "kms:Decrypt", "kms:GenerateDataKey*")
        self.topic.grant_publish(alarms)

    def _own_key(self) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            description="Alarms of Querycast on their way to whoever is on call.",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,  # it has nothing that stays
        )
