"""What a stage may ask for besides: a firewall, an administrator, and names of its own."""

import pytest

from tests.infra.conftest import CERTIFICATE
from tests.infra.template import Template, text

ASKED_FOR = (  # kinds that a stage has because it asked
    *("WAFv2::WebACL", "WAFv2::WebACLAssociation", "AppSync::DomainName", "Cognito::UserPoolUser"),
    "Cognito::UserPoolUserToGroupAttachment",
    *("RedshiftServerless::Namespace", "RedshiftServerless::Workgroup"),
)


@pytest.fixture
def everything(templates: dict[str, Template]) -> Template:
    return templates["everything"]


@pytest.mark.parametrize("kind", ASKED_FOR)
def test_what_nobody_asked_for_is_not_there(dev: Template, everything: Template, kind: str) -> None:
    assert not dev.of(kind)
    assert everything.of(kind)


def test_who_asks_too_often_is_refused_before_the_api(everything: Template) -> None:
    [acl] = everything.properties("WAFv2::WebACL")
    [rule] = acl["Rules"]
    assert rule["Action"] == {"Block": {}}
    assert rule["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": 500,
    }
    [association] = everything.properties("WAFv2::WebACLAssociation")
    assert text(association["ResourceArn"]) == "ApiGraphQL.Arn"
    assert text(association["WebACLArn"]) == "FirewallAcl.Arn"


def test_the_firewall_keeps_no_requests(everything: Template) -> None:
    [acl] = everything.properties("WAFv2::WebACL")
    for each in (acl, *acl["Rules"]):
        assert not each["VisibilityConfig"]["SampledRequestsEnabled"]


def test_production_has_a_firewall(production: Template) -> None:
    assert production.of("WAFv2::WebACL")


def test_an_administrator_is_invited(everything: Template) -> None:
    [user] = everything.properties("Cognito::UserPoolUser")
    assert (user["Username"], user["DesiredDeliveryMediums"]) == ("ada@example.com", ["EMAIL"])
    [membership] = everything.of("Cognito::UserPoolUserToGroupAttachment").values()
    assert membership["Properties"]["GroupName"] == "administrators"
    assert "UsersPoolAdministrators" in str(membership["DependsOn"])


def test_clients_are_told_the_apis_own_name(everything: Template) -> None:
    assert everything.outputs["GraphqlUrl"]["Value"] == "https://api.example.com/graphql"
    assert everything.outputs["RealtimeUrl"]["Value"] == "wss://api.example.com/graphql/realtime"
    target = everything.outputs["ApiDomainTarget"]["Value"]
    assert text(target) == "ApiGraphQLDomainName.AppSyncDomainName"
    [domain] = everything.properties("AppSync::DomainName")
    assert domain == domain | {"DomainName": "api.example.com", "CertificateArn": CERTIFICATE}


def test_pages_may_call_the_api_by_its_own_name(everything: Template) -> None:
    [policy] = everything.properties("CloudFront::ResponseHeadersPolicy")
    config = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    told = text(config["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    assert "https://api.example.com wss://api.example.com" in told


def test_cloudfront_answers_by_a_name_of_its_own_over_tls_1_2(everything: Template) -> None:
    [distribution] = everything.properties("CloudFront::Distribution")
    config = distribution["DistributionConfig"]
    assert config["Aliases"] == ["reports.example.com"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert everything.outputs["WebUrl"]["Value"] == "https://reports.example.com"
    target = text(everything.outputs["WebDomainTarget"]["Value"])
    assert target == "WebDistribution.DomainName"


def test_publishers_call_the_api_by_the_name_that_they_may(everything: Template) -> None:
    variables = everything.resources["FunctionsPublish"]["Properties"]["Environment"]["Variables"]
    assert text(variables["GRAPHQL_URL"]) == "ApiGraphQL.GraphQLUrl"


def test_a_warehouse_of_its_own_is_small_private_and_there_before_migrations(
    everything: Template,
) -> None:
    [workgroup] = everything.properties("RedshiftServerless::Workgroup")
    assert (workgroup["BaseCapacity"], workgroup["MaxCapacity"]) == (8, 32)
    assert not workgroup["PubliclyAccessible"]
    assert workgroup["WorkgroupName"] == "everything"
    applied = everything.resources["MigrationsApplied"]
    assert "OwnWarehouseWorkgroup" in str(applied["DependsOn"])


def test_a_warehouse_of_its_own_unloads_and_stays(everything: Template) -> None:
    [namespace] = everything.of("RedshiftServerless::Namespace").values()
    assert [text(role) for role in namespace["Properties"]["IamRoles"]] == ["ExportsUnloadRole.Arn"]
    assert namespace["Properties"]["ManageAdminPassword"]
    assert namespace["DeletionPolicy"] == "Retain"
