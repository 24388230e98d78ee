"""The GraphQL documents of pipelines; the fields are those of schema/schema.graphql."""

from querycast.documents import QUERY

_PIPELINE = f"""
    name title description schedule timezone enabled overlap feeds groups
    pausedAt pausedBy nextRunAt runs {{ {QUERY} }}
"""

LIST_PIPELINES = f"query {{ listPipelines {{ {_PIPELINE} }} }}"

GET_PIPELINE = f"query ($name: ID!) {{ getPipeline(name: $name) {{ {_PIPELINE} }} }}"

RUN_PIPELINE = f"""
    mutation ($input: RunPipelineInput!) {{ runPipeline(input: $input) {{ {QUERY} }} }}
"""

PAUSE_PIPELINE = f"mutation ($name: ID!) {{ pausePipeline(name: $name) {{ {_PIPELINE} }} }}"

RESUME_PIPELINE = f"mutation ($name: ID!) {{ resumePipeline(name: $name) {{ {_PIPELINE} }} }}"

ON_PIPELINE_RUN = f"subscription ($name: ID!) {{ onPipelineRun(name: $name) {{ {QUERY} }} }}"
