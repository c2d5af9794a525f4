"""The whole service: the REST API on a listening socket, on the event loop at hand or in a thread of any process."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from minikube_py.apiserver.serving.handler import ApiHandler, Parts
from minikube_py.client.http.records import Limits
from minikube_py.client.http.server import HttpServer, LoopThread

if TYPE_CHECKING:
    from minikube_py.client.http.server import Close

DEFAULT_LIMITS = Limits()


async def begin(
    parts: Parts, listener: socket.socket, tls: ssl.SSLContext | None = None, limits: Limits = DEFAULT_LIMITS
) -> Close:
    """Serve on a socket that listens; return what ends that, without a trace."""
    handler = ApiHandler(parts)
    server = HttpServer(handler, tls, limits)
    await server.start(listener)

    async def close() -> None:
        await server.close()
        await handler.close()

    return close


def make_thread(
    parts: Parts, listener: socket.socket, tls: ssl.SSLContext | None = None, limits: Limits = DEFAULT_LIMITS
) -> LoopThread:
    """Return the service as a thread, to be started and stopped."""
    return LoopThread(lambda: begin(parts, listener, tls, limits))
