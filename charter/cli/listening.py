"""The socket of a server, bound before anything else starts."""

import errno
import os
import socket

from charter.problems import EnvironmentProblem

BACKLOG = 2048


def bind(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one.

    Raises: EnvironmentProblem, when the port is in use, forbidden, or the host is not ours.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise EnvironmentProblem(f"The host {host} is not an address of this machine.") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        # At once, so that a second server meets a port in use and not one that is only bound.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise EnvironmentProblem(_sentence(error, host, port)) from error
    listener.set_inheritable(True)
    return listener


def port_of(listener: socket.socket) -> int:
    """The port that a socket is bound to."""
    port: int = listener.getsockname()[1]
    return port


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program; choose one with --port, "
            'as in make dev ARGS="--port 8200".'
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Port {port} on {host} may not be used by this user; choose another with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"The host {host} is not an address of this machine; choose another with --host."
    return f"Port {port} on {host} cannot be listened on: {os.strerror(error.errno or 0)}."
