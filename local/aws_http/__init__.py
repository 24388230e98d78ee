"""AWS's HTTP on one machine, for servers that stand in for a service of AWS.

Signatures and permissions of callers, requests to an endpoint, the address to listen on. It knows
none of those servers, and they are general tools still with it beside them.
"""
