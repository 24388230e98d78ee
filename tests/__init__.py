"""Tests mirror the rooms; tests/integration talks to a deployed stack."""
