"""Pipelines: what fills the warehouse, on a schedule or when somebody asks."""
