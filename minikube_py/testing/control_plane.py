"""The daemon of a cluster on a thread of this process, and its API over https on another."""

from __future__ import annotations

import signal
import socket
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TextIO

from minikube_py.apiserver.serving.service import make_thread
from minikube_py.apiserver.serving.tls import make_context
from minikube_py.cmd import wiring
from minikube_py.cmd.api_server import make_parts
from minikube_py.cmd.daemon import LOCK, Daemon
from minikube_py.component_base import pid_lock
from minikube_py.component_base.poke import Poker
from minikube_py.component_base.sockets import wait_readable

if TYPE_CHECKING:
    from collections.abc import Callable

    from minikube_py.apiserver.kube_apiserver import KubeApiServer
    from minikube_py.client.http.server import LoopThread
    from minikube_py.minikube.profile import Profile

THREAD_NAME = "minikube_py"


class ThreadedApi:
    """Serves a daemon's cluster in a thread, from the first client on. `before_end` is called when it is to end."""

    pause = None

    def __init__(self, daemon: Daemon, listener: socket.socket, before_end: Callable[[], None]) -> None:
        self._daemon, self._listener, self._before_end = daemon, listener, before_end
        self._thread: LoopThread | None = None
        self._opened: list[KubeApiServer] = []

    @property
    def watched(self) -> list[socket.socket]:
        """The socket that the first client comes to."""
        return [] if self._thread else [self._listener]

    def check(self) -> None:
        """Start for who is waiting."""
        if self._thread is None and wait_readable((self._listener,), 0):
            profile = self._daemon.profile
            parts = make_parts(profile, self._open_server, self._daemon.log)
            self._thread = make_thread(parts, self._listener, make_context(profile.directory / "pki"))
            self._thread.start()

    def _open_server(self, state: str) -> KubeApiServer:
        server = wiring.open_server(state)
        self._opened.append(server)
        return server

    def stop(self) -> None:
        """End it, and let go of the port and of the state."""
        self._before_end()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()
        self._listener.close()
        for server in self._opened:
            server.store.close()
        self._opened.clear()


class ControlPlane:
    """Runs the cluster of a profile whose configuration is saved, served on `listener`. It logs to `log`."""

    def __init__(self, profile: Profile, listener: socket.socket, log: TextIO) -> None:
        self._profile, self._listener, self._log = profile, listener, log
        self._threads = ThreadPoolExecutor(1, THREAD_NAME)
        self._ready = threading.Event()
        self._daemon: Daemon | None = None
        self._done: Future[None] | None = None

    def start(self) -> None:
        """Return when a node is ready. Raises what kept the cluster from starting."""
        self._done = self._threads.submit(self._run)
        self._done.add_done_callback(lambda done: self._ready.set())
        self._ready.wait()
        if self._done.done():
            self.stop()

    def wake(self) -> None:
        """Let the daemon look whether something is to do."""
        if self._daemon is not None:
            self._daemon.wake()

    def stop(self) -> None:
        """End it; when this returns its threads and sockets are gone. Raises what it failed with."""
        if self._daemon is not None:
            self._daemon.stop(signal.SIGTERM, None)
        try:
            if self._done is not None:
                self._done.result()
        finally:
            self._threads.shutdown()
            self._listener.close()

    def _run(self) -> None:
        with pid_lock.take(self._profile.directory / LOCK) as held:  # type: ignore[union-attr]  # the folder is new: nobody has it

            def release() -> None:
                """Tell who waits for this daemon to settle that it will not."""
                held.close()
                poker = Poker(self._profile.directory / "pokes")
                poker.poke()
                poker.close()

            def make_api(daemon: Daemon) -> ThreadedApi:
                return ThreadedApi(daemon, self._listener, release)

            daemon = Daemon(self._profile.directory, held, make_api, self._log)
            self._daemon = daemon
            daemon.run(self._ready.set)
