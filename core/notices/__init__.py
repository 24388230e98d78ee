"""Notices: who wants to know is told of an end, once, by mail or by an SNS topic."""
