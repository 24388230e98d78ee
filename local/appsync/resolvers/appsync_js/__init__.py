"""APPSYNC_JS in an embedded engine: the subset that is allowed, `util`, `extensions`, `runtime`.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-js-version.html
"""
