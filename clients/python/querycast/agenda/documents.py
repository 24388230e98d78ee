"""The GraphQL documents of the agenda; the fields are those of schema/schema.graphql."""

_EVENT = """
    id calendar title start end timezone allDay firstDay lastDay location notes
    owner version createdAt updatedAt
"""

LIST_CALENDARS = "query { listCalendars { id group } }"

GET_EVENT = f"query ($id: ID!) {{ getEvent(id: $id) {{ {_EVENT} }} }}"

LIST_EVENTS = f"""
    query (
        $start: AWSDateTime!, $end: AWSDateTime!, $calendar: ID, $text: String,
        $limit: Int, $nextToken: String
    ) {{
        listEvents(
            start: $start, end: $end, calendar: $calendar, text: $text,
            limit: $limit, nextToken: $nextToken
        ) {{
            events {{ {_EVENT} }} nextToken
        }}
    }}
"""

CREATE_EVENT = f"""
    mutation ($input: CreateEventInput!) {{ createEvent(input: $input) {{ {_EVENT} }} }}
"""

UPDATE_EVENT = f"""
    mutation ($input: UpdateEventInput!) {{ updateEvent(input: $input) {{ {_EVENT} }} }}
"""

DELETE_EVENT = f"""
    mutation ($id: ID!, $version: Int!) {{
        deleteEvent(id: $id, version: $version) {{ {_EVENT} }}
    }}
"""

ON_EVENT_CHANGE = f"""
    subscription ($calendar: ID) {{
        onEventChange(calendar: $calendar) {{ calendar id version kind event {{ {_EVENT} }} }}
    }}
"""

LIST_OCCURRENCES = """
    query ($start: AWSDateTime!, $end: AWSDateTime!) {
        listOccurrences(start: $start, end: $end) {
            at schedule report pipeline query { id status } holiday
        }
    }
"""

LIST_HOLIDAYS = """
    query ($country: String!, $year: Int!, $subdivision: String, $language: String) {
        listHolidays(
            country: $country, year: $year, subdivision: $subdivision, language: $language
        ) {
            date name
        }
    }
"""
