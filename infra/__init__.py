"""The CDK app: one construct a file, `stack.py` as table of contents."""
