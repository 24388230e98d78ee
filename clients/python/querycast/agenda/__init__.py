"""The agenda: events of calendars, planned and past runs, and public holidays."""
