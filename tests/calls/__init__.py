"""Least privilege, both ways: what Lambdas asked of AWS in the tests, and what they may."""
