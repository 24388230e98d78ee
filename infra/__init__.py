"""The CDK app: one construct a file, the stack as table of contents."""
