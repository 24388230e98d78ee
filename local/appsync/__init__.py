"""AppSync's GraphQL data plane on one machine: HTTP, real-time WebSocket, resolvers.

The control plane is somebody else's: any server that answers the boto3 `appsync` calls.
"""
