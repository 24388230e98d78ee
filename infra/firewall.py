"""A web application firewall before the API: whoever asks too often is refused for a while.

It counts HTTP requests; what goes over a subscription's connection is not its matter.
https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
"""

from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.api import Api

WINDOW_SECONDS = 300


class Firewall(Construct):
    """`rate_limit`: requests of one address in five minutes, beyond which it gets 403."""

    def __init__(self, scope: Construct, *, api: Api, rate_limit: int) -> None:
        super().__init__(scope, "Firewall")
        acl = waf.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_counted("Querycast"),
            rules=[
                waf.CfnWebACL.RuleProperty(
                    name="TooManyRequests",
                    priority=0,
                    action=waf.CfnWebACL.RuleActionProperty(block={}),
                    statement=waf.CfnWebACL.StatementProperty(
                        rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                            aggregate_key_type="IP",
                            limit=rate_limit,
                            evaluation_window_sec=WINDOW_SECONDS,
                        )
                    ),
                    visibility_config=_counted("TooManyRequests"),
                )
            ],
        )
        waf.CfnWebACLAssociation(
            self, "Association", resource_arn=api.graphql.arn, web_acl_arn=acl.attr_arn
        )


def _counted(metric: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True,
        metric_name=metric,
        sampled_requests_enabled=False,  # a sample would have the caller's token
    )
