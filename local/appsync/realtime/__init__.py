"""Subscriptions over WebSocket: connections, filters, deliveries."""
