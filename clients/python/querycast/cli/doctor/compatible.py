"""Whether this client and the API are of one time: every document that is sent fits its schema."""

import platform

from querycast import documents
from querycast.agenda import documents as agenda_documents
from querycast.cli.doctor.finding import Failed, Skipped
from querycast.cli.doctor.patient import Patient
from querycast.errors import QuerycastError
from querycast.pipelines import documents as pipeline_documents
from querycast.version import __version__

OPERATIONS = ("query (", "query {", "mutation (", "subscription (", "subscription {")


async def look_at_versions(patient: Patient) -> str:
    """The API has no version; it has a schema, which says more."""
    from graphql import build_client_schema, get_introspection_query, parse, validate

    mine = f"querycast {__version__} on Python {platform.python_version()}"
    try:
        answer = await patient.session.execute(get_introspection_query(descriptions=False), {})
    except QuerycastError as error:  # introspection can be switched off
        raise Skipped(f"{mine}; the API does not show its schema: {error}") from None
    schema = build_client_schema(answer)  # type: ignore[arg-type]  # what it is, a Session cannot say
    for document in _documents():
        if errors := validate(schema, parse(document)):
            raise Failed(
                f"{mine} asks what the API does not have: {errors[0].message}",
                "Update the older of the two: pip install --upgrade querycast, or the stack.",
            )
    return f"{mine} fits the API"


def _documents() -> list[str]:
    """All operations, without the fragments that they are made of."""
    modules = (documents, agenda_documents, pipeline_documents)
    texts = (text for module in modules for text in vars(module).values() if isinstance(text, str))
    return [text for text in texts if text.strip().startswith(OPERATIONS)]
