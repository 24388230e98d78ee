"""Statements of Redshift that run on a schedule, or when somebody asks."""
