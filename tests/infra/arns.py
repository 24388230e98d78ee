"""ARNs of what no resource of the template is, written as tests/infra/template.py does."""

_PARTITION = "arn:AWS::Partition"
_OURS = "AWS::Region:AWS::AccountId"

REDSHIFT = f"{_PARTITION}:redshift:{_OURS}"
SERVERLESS = f"{_PARTITION}:redshift-serverless:{_OURS}"
SES = f"{_PARTITION}:ses:{_OURS}"
ASSETS = f"{_PARTITION}:s3:::cdk-hnb659fds-assets-${{AWS::AccountId}}-${{AWS::Region}}"
MUTATIONS = f"{_PARTITION}:appsync:{_OURS}:apis/ApiGraphQL.ApiId/types/Mutation/fields"
SCHEDULES = f"{_PARTITION}:scheduler:{_OURS}:schedule/SchedulesGroup/*"
