"""The API server of one profile, over https: a process of its own, so that requests are answered while the daemon reconciles.

The daemon starts it, gives it the socket that listens and an end of a link; when the other end is gone, so is the daemon, and this
process ends too. Run as `python -m minikube_py.cmd.api_server DIRECTORY LISTENER_FD LINK_FD`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from minikube_py.apiserver.encodings import Encodings
from minikube_py.apiserver.serving.audit import AuditLog
from minikube_py.apiserver.serving.handler import Parts
from minikube_py.apiserver.serving.pod_connections import PodConnections
from minikube_py.apiserver.serving.service import begin
from minikube_py.apiserver.serving.tls import make_context
from minikube_py.client.transport.local import LocalTransport
from minikube_py.cmd.service_dialer import ServiceDialer
from minikube_py.cmd.wiring import LazyStreams, open_server
from minikube_py.component_base.clock import RealClock
from minikube_py.component_base.logging import Logger
from minikube_py.component_base.poke import Listener
from minikube_py.minikube.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from minikube_py.apiserver.kube_apiserver import KubeApiServer

OBJECTS_BETWEEN_COLLECTIONS = 10_000  # asyncio's closed connections are circles: so many wait to be found


def make_parts(profile: Profile, open_server: Callable[[str], KubeApiServer] = open_server, log: Logger | None = None) -> Parts:
    """Return what the API of a profile's cluster is made of."""
    state, log = str(profile.state), log or Logger(clock=RealClock())
    streams = LazyStreams(str(profile.directory), open_server(state))  # with a server of its own: its threads are others
    numbers, encodings = count(1), Encodings()

    def open_measuring_server() -> KubeApiServer:
        server = open_server(state)
        server.encodings = encodings
        server.extensions["metrics"] = streams
        server.extensions["dial_service"] = ServiceDialer(server, lambda *where: streams.runtime.dial(*where))
        return server

    def listen() -> Listener:
        return Listener(profile.directory / "pokes", f"api-{os.getpid()}-{next(numbers)}")

    path = profile.load().audit_log
    audit = AuditLog(Path(path), RealClock().now) if path else None
    return Parts(
        open_measuring_server,
        lambda server: LocalTransport(server, listen, streams.connect, RealClock().now),
        listen,
        PodConnections(streams).connect,
        audit,
        tell=partial(log.exception, "a request failed"),
    )


async def serve(profile: Profile, listener: socket.socket, link: int) -> None:
    """Serve until the link's other end is gone or SIGTERM comes."""
    import orjson  # noqa: F401 - from here on the codec uses it

    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(link, ended.set)
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    allow_files()
    await begin(make_parts(profile), listener, make_context(profile.directory / "pki"))
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    await ended.wait()


def allow_files() -> None:
    """Let this process have as many files open as it may: each connection is one, and many systems begin with 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # a system without a limit may still refuse
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main(argv: list[str]) -> int:
    """Run the API server until its daemon is gone."""
    profile, listener = Profile(Path(argv[0]).name), socket.socket(fileno=int(argv[1]))
    asyncio.run(_serve_and_leave(profile, listener, int(argv[2])))
    return 0


async def _serve_and_leave(profile: Profile, listener: socket.socket, link: int) -> None:
    await serve(profile, listener, link)
    os._exit(0)  # at once: watches and threads at work have nothing to save


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
