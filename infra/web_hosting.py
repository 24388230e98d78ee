"""The web application in the cloud: CloudFront in front of a private bucket.

`make web` fills the bucket. What a browser is told beside each file is in clients/web/serving.json,
which the local stack reads, too; here the API and Cognito are added to whom it may call.
"""

from typing import Any

from aws_cdk import Duration, Fn, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk.aws_certificatemanager import Certificate
from constructs import Construct

from infra.api import Api
from infra.bucket import Bucket
from infra.domain import Domain
from infra.findings import acknowledge
from infra.sources import PAGES, web_serving
from infra.stage import Stage

SECURITY_HEADERS = ("referrer-policy", "x-content-type-options")  # set by fields of their own
A_YEAR = Duration.days(365)


class WebHosting(Construct):
    """One address for the application: the stage's `web_domain`, or CloudFront's own name."""

    def __init__(self, scope: Construct, *, stage: Stage, api: Api) -> None:
        super().__init__(scope, "Web")
        self.bucket = Bucket(self, "Files", stage=stage)
        behavior = cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(self.bucket),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,  # as each file's header says
            compress=True,
            response_headers_policy=self._headers(api),
            function_associations=[
                cloudfront.FunctionAssociation(
                    event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
                    function=self._pages(),
                )
            ],
        )
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"The web application of {Stack.of(self).stack_name}",
            default_behavior=behavior,
            default_root_object="index.html",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_ALL,
            **self._named(stage.web_domain),
        )
        self.domain = stage.web_domain
        self._explain_findings()

    @property
    def url(self) -> str:
        name = self.domain.name if self.domain else self.distribution.distribution_domain_name
        return f"https://{name}"

    @property
    def domain_target(self) -> str | None:
        """Whither DNS leads a name of one's own; None where there is none."""
        return None if self.domain is None else self.distribution.distribution_domain_name

    def _named(self, domain: Domain | None) -> dict[str, Any]:
        """What CloudFront must know to answer by a name of one's own."""
        if domain is None:
            return {}
        return {
            "domain_names": [domain.name],
            "certificate": Certificate.from_certificate_arn(
                self, "Certificate", domain.certificate_arn
            ),
            "minimum_protocol_version": cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        }

    def _pages(self) -> cloudfront.Function:
        return cloudfront.Function(
            self,
            "Pages",
            comment="Have every page of the application be index.html",
            code=cloudfront.FunctionCode.from_inline(PAGES.read_text(encoding="utf-8")),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )

    def _headers(self, api: Api) -> cloudfront.ResponseHeadersPolicy:
        serving = web_serving()
        headers, directives = serving["headers"], serving["contentSecurityPolicy"]
        directives["connect-src"] = " ".join([directives["connect-src"], *self._called(api)])
        policy = "; ".join(f"{name} {value}" for name, value in directives.items())
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            comment="Whom the application may talk to, and nobody else",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=policy, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER,
                    override=True,
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=A_YEAR, include_subdomains=True, override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in headers.items()
                    if name not in SECURITY_HEADERS
                ]
            ),
        )

    def _called(self, api: Api) -> list[str]:
        """The origins of the API, of its real-time endpoint and of Cognito."""
        stack = Stack.of(self)
        return [
            *(_origin(url) for url in (api.url, api.realtime_url)),
            f"https://cognito-idp.{stack.region}.{stack.url_suffix}",
        ]

    def _explain_findings(self) -> None:
        for finding, reason in (
            ("CFR1", "Who may ask is a matter of accounts, not of countries."),
            ("CFR2", "What is served is the same public files for all; the API is elsewhere."),
            ("CFR3", "No request of it says who asks or what; the API has logs."),
            ("CFR4", "CloudFront's own name has its certificate, whose floor is CloudFront's."),
        ):
            acknowledge(self.distribution, finding, reason)


def _origin(url: str) -> str:
    """https://HOST of https://HOST/graphql, where the host is known at deployment alone."""
    parts = Fn.split("/", url)
    return Fn.join("//", [Fn.select(0, parts), Fn.select(2, parts)])
