"""The agenda: one calendar of events, scheduled reports, pipelines and public holidays."""
