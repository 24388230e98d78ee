"""A listening socket that nobody reaches from another machine."""

import errno
import ipaddress
import socket


class NotBound(Exception):
    """The server may not, or cannot, listen there."""


def bind(host: str, port: int, option: str = "--port") -> socket.socket:
    """A listening socket.

    option: the one of the command line that gives another port.

    Raises:
        NotBound: the port is taken, or the address is not this machine's own.
    """
    if not ipaddress.ip_address(host).is_loopback:
        raise NotBound(f"{host} is not a loopback address; use 127.0.0.1.")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise
        text = f"Port {port} of {host} is taken; stop what listens there, or give another {option}."
        raise NotBound(text) from error
    return listener
