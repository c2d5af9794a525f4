"""What a program knows of its pod: name, address, files, output, and how it is told to end."""

from __future__ import annotations

import _thread
import os
import signal
import socket
from typing import NoReturn


def get_hostname() -> str:
    """Return the pod's name: $HOSTNAME first, for runtimes without a name space of host names."""
    return os.environ.get("HOSTNAME") or socket.gethostname()


def get_bind_address(default: str = "0.0.0.0") -> str:  # noqa: S104 - a container's server listens on all of its pod's addresses
    """Return the address to listen on."""
    return os.environ.get("MINIKUBE_PY_BIND") or default


def get_local_host(host: str) -> str:
    """Return the address behind a host name as this pod sees it: localhost is the pod's own address where it has one."""
    return get_bind_address("127.0.0.1") if host in ("localhost", "127.0.0.1") else host


def find_path(path: str) -> str:
    """Return where a path of the container lies: below $MINIKUBE_PY_ROOT if it is there, else itself."""
    inside = find_image_path(path)
    return inside if os.path.exists(inside) else path


def find_image_path(path: str) -> str:
    """Return where a path lies that comes with the image or is mounted over it; the host's own file is never meant."""
    return os.environ.get("MINIKUBE_PY_ROOT", "") + path


def read_page(name: str) -> bytes:
    """Return a page that comes with an image, for where its folder is not laid out."""
    with open(os.path.join(os.path.dirname(__file__), "..", "pages", name), "rb") as file:
        return file.read()


def write_out(text: str) -> None:
    """Write a line or more to standard output in one call, so that threads do not mix their lines."""
    os.write(1, text.encode())


def write_error(text: str) -> None:
    """Write to standard error in one call."""
    os.write(2, text.encode())


def end_on_signals(*extra: signal.Signals) -> None:
    """End with exit code 0 on SIGTERM and SIGINT (and those given), at once and also in the midst of a system call.

    A thread waits for them, and all others have them blocked: a handler would not be run in a call that begins just after the signal.
    """
    numbers = {signal.SIGTERM, signal.SIGINT, *extra}
    signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    _thread.start_new_thread(_end_on, (numbers,))


def _end_on(numbers: set[signal.Signals]) -> NoReturn:
    signal.sigwait(numbers)
    os._exit(0)


def listen(port: int) -> socket.socket:
    """Return a socket listening on the pod's address, and tell who waits for it. Raises OSError."""
    port = int(os.environ.get("MINIKUBE_PY_PORT") or port)
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((get_bind_address(), port))
    server.listen(511)
    return server


def tell_ready(server: socket.socket) -> None:
    """Write `ADDRESS PORT` to $MINIKUBE_PY_READY_FD, once, and close it."""
    number = os.environ.pop("MINIKUBE_PY_READY_FD", "")
    if number:
        address, port = server.getsockname()
        os.write(int(number), f"{address} {port}\n".encode())
        os.close(int(number))
