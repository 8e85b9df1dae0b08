"""A TCP port of the loopback interface that is free now."""

import socket


def free_port() -> int:
    """The port's number."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
