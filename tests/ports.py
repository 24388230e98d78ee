"""Ports for servers of a test's own."""

import random
import socket

# Below those that Linux gives to outgoing connections, so none of them takes one meanwhile.
RANGE = range(10_000, 32_000)
OF_A_STACK = (
    "QUERYCAST_PORT",
    "QUERYCAST_TLS_PORT",
    "QUERYCAST_REDSHIFT_PORT",
    "QUERYCAST_FUNCTION_URLS_PORT",
    "QUERYCAST_AWS_PORT",
)


def free_ports(count: int) -> list[int]:
    """So many different ports of 127.0.0.1 that nobody listened on just now."""
    free: list[int] = []
    for port in random.sample(RANGE, len(RANGE)):
        if len(free) == count:
            break
        if _is_free(port):
            free.append(port)
    return free


def free_port() -> int:
    return free_ports(1)[0]


def stack_ports() -> dict[str, str]:
    """A free port for each server of a local stack, by the variable that moves it there."""
    return dict(zip(OF_A_STACK, map(str, free_ports(len(OF_A_STACK))), strict=True))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
