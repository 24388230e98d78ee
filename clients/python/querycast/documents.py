"""The GraphQL documents that are sent; the fields are those of schema/schema.graphql."""

_PAGE = "columns { name type } rows nextToken"

QUERY = """
    id kind report parameters { name value } owner status version error { type message }
    submittedAt estimatedDurationMs cancelRequestedAt startedAt finishedAt durationMs
    resultRows resultBytes resultExpiresAt pipeline scheduledFor watch
    export { format compression singleFile formulaSafe steps { phase at } }
"""

_REPORT = """
    name title description
    parameters {
        name type title description required default min max maxLength scale options
    }
"""

LIST_REPORTS = f"query {{ listReports {{ {_REPORT} }} }}"

GET_REPORT = f"query ($name: ID!) {{ getReport(name: $name) {{ {_REPORT} }} }}"

GET_QUERY = f"query ($id: ID!) {{ getQuery(id: $id) {{ {QUERY} result {{ {_PAGE} }} }} }}"

LIST_QUERIES = f"""
    query ($filter: QueryFilter, $limit: Int, $nextToken: String) {{
        listQueries(filter: $filter, limit: $limit, nextToken: $nextToken) {{
            queries {{ {QUERY} }} nextToken
        }}
    }}
"""

GET_QUERY_RESULT = f"""
    query ($id: ID!, $nextToken: String) {{
        getQueryResult(id: $id, nextToken: $nextToken) {{ {_PAGE} }}
    }}
"""

SUBMIT_QUERY = f"""
    mutation ($input: SubmitQueryInput!) {{ submitQuery(input: $input) {{ {QUERY} }} }}
"""

EXPORT_QUERY = f"""
    mutation ($input: ExportQueryInput!) {{ exportQuery(input: $input) {{ {QUERY} }} }}
"""

GET_DOWNLOADS = """
    query ($id: ID!) { getDownloads(id: $id) { name bytes sha256 url validUntil } }
"""

CANCEL_QUERY = f"mutation ($id: ID!) {{ cancelQuery(id: $id) {{ {QUERY} }} }}"

ON_QUERY_COMPLETE = f"""
    subscription ($id: ID!) {{ onQueryComplete(id: $id) {{ {QUERY} result {{ {_PAGE} }} }} }}
"""

WATCH_REPORT = """
    mutation ($report: ID!, $parameters: [ParameterInput!]) {
        watchReport(report: $report, parameters: $parameters) { id }
    }
"""

ON_REPORT_REFRESH = f"""
    subscription ($report: ID!, $parameters: [ParameterInput!]) {{
        onReportRefresh(report: $report, parameters: $parameters) {{
            {QUERY} result {{ {_PAGE} }}
        }}
    }}
"""

ON_QUERY_CHANGE = f"subscription {{ onQueryChange {{ {QUERY} result {{ {_PAGE} }} }} }}"
