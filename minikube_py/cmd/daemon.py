"""The daemon of one profile: API server, controllers, scheduler and kubelets in one process and one loop.

It sleeps until poked (somebody committed), until a key is due, or until a runtime reports; then it works in batches of one commit.
Run as `python -m minikube_py.cmd.daemon DIRECTORY READY_FD`.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from minikube_py.apimachinery.errors import AlreadyExists, StatusError
from minikube_py.apiserver import system_namespaces
from minikube_py.apiserver.authentication.certificates import Authority
from minikube_py.apiserver.authentication.keys import load_or_make
from minikube_py.apiserver.authentication.own_certificates import ensure_certificates
from minikube_py.apiserver.authentication.tokens import make_legacy_token
from minikube_py.apiserver.bootstrap import bootstrap
from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.apiserver.kubernetes_service import KubernetesService, make_controller
from minikube_py.apiserver.webhooks.patience import PatientCalls
from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.kubeconfig import home
from minikube_py.client.reconcile import BATCH, BATCH_SECONDS
from minikube_py.client.resources import NODES, SERVICE_ACCOUNTS
from minikube_py.cmd.api_server_process import ApiServerProcess, open_listener
from minikube_py.cmd.components import make_client, make_manager
from minikube_py.cmd.measuring import Measurer
from minikube_py.cmd.nodes import API_ADDRESS, API_PORT, Nodes
from minikube_py.cmd.service_dialer import ServiceDialer
from minikube_py.cmd.timekeeper import Timekeeper
from minikube_py.component_base import folders, pid_lock
from minikube_py.component_base.clock import RealClock
from minikube_py.component_base.logging import Logger
from minikube_py.component_base.machine_addresses import EVERY, list_addresses
from minikube_py.component_base.os_errors import tell_os_error
from minikube_py.component_base.poke import Listener
from minikube_py.component_base.sockets import wait_readable
from minikube_py.component_base.waker import Waker
from minikube_py.minikube.addon_table import create_default_class
from minikube_py.minikube.profile import Profile, list_profiles
from minikube_py.storage.interface import Compacted, StorageError
from minikube_py.storage.sqlite import Store

if TYPE_CHECKING:
    from collections.abc import Callable

LOCK = "daemon.pid"
SELF_CHECK_SECONDS = 5.0
COMPACT_SECONDS = 300.0
OBJECTS_BETWEEN_COLLECTIONS = 50_000  # the caches are trees: looking through them for circles again and again finds none
WEBHOOK_SECONDS = 0.5  # the loop waits so long for one; a later answer is there for the next try
WEBHOOK_THREADS = 16
PAUSE_SECONDS = 0.006  # between two commits in a row: who waits to write looks every few milliseconds
MAX_GROWTH = 4  # while there is more to do than a batch holds the next one is twice as large, until it is so many times
KEEP_REVISIONS = 20_000
API_ADDRESSES = ("10.96.0.1", API_ADDRESS, "127.0.0.1", "::1")  # whose the server's certificate is


class Api(Protocol):
    """What serves a daemon's cluster over https. `watched` and `pause` say when `check` has something to do."""

    @property
    def watched(self) -> list[socket.socket]: ...

    @property
    def pause(self) -> float | None: ...

    def check(self) -> None: ...

    def stop(self) -> None: ...


class Daemon:
    """One running cluster. `make_api` makes what serves it over https: as a rule a process of its own. The log goes to `out`."""

    def __init__(
        self, directory: Path, held: TextIO, make_api: Callable[[Daemon], Api] | None = None, out: TextIO | None = None
    ) -> None:
        import orjson  # noqa: F401 - from here on the codec uses it

        self.directory = directory
        self._held = held
        self.profile = Profile(directory.name, directory.parent)
        self.config = self.profile.load()
        folders.cache = str(home() / "cache")
        self.store = Store(self.profile.state, create=True)
        self.time = Timekeeper(self.store, self.config)
        self.clock = self.time.clock
        self.log = Logger(out, self.clock)
        self.server = KubeApiServer(self.store, self.clock)
        self.listener = Listener(directory / "pokes", "daemon")
        self._waker = Waker()
        keys = load_or_make(directory / "pki", RealClock().now())
        ensure_certificates(directory / "pki", RealClock().now(), self._list_hosts())
        self.api: Api = (make_api or start_process)(self)
        self.server.extensions["pki"] = str(directory / "pki")
        self.server.extensions["starting"] = True  # webhooks may be pods: what the cluster needs to run is not asked of them
        bootstrap(self.server, API_ADDRESS, API_PORT)
        self.manager = make_manager(self.server, self.clock, self.server.rng, self.log)
        self.manager.wake = self.wake
        self.manager.add(
            make_controller(KubernetesService(self.server, API_ADDRESS, API_PORT)), make_client(self.server, "kube-apiserver")
        )
        self.manager.add(system_namespaces.make_controller(self.server), make_client(self.server, "kube-apiserver"))
        self.manager.settings["ca"] = keys.ca_certificate
        if self.config.runtime != "fake":
            self.manager.settings["volumes"] = directory / "volumes"
            with suppress(AlreadyExists):
                create_default_class(make_client(self.server, "storage-provisioner"))
        self.manager.settings["authority"] = Authority(directory / "pki")
        self.manager.settings["make_legacy_token"] = partial(make_legacy_token, self.server)
        self.nodes = Nodes(self.server, self.manager, self.profile, self.config, self.clock, self.log)
        self.server.extensions["metrics"] = Measurer(self.nodes.runtime.name, lambda: self.nodes.runtime)
        dial = ServiceDialer(self.server, lambda uid, port, seconds: self.nodes.runtime.dial(uid, port, seconds))
        self.server.extensions["dial_service"] = dial
        self._webhook_threads = ThreadPoolExecutor(WEBHOOK_THREADS, "webhooks")
        self.server.extensions["call_webhook"] = PatientCalls(self._webhook_threads, WEBHOOK_SECONDS)
        self.stopping: int | None = None
        self._compacted_at = 0.0

    def _list_hosts(self) -> tuple[str, ...]:
        """Return by which addresses and names the API is reached: its server's certificate is for them."""
        if self.config.is_private:
            return tuple(dict.fromkeys((*API_ADDRESSES, self.config.listen_address)))
        own = self.config.listen_address
        return tuple(dict.fromkeys((*API_ADDRESSES, *(list_addresses() if own in EVERY else (own,)), socket.gethostname())))

    def listen(self) -> socket.socket:
        """Return the socket that the API is served on; its port is kept for the next start."""
        taken = (profile.load().port for profile in list_profiles() if profile.directory != self.directory)
        address = self.config.listen_address
        try:
            listener = open_listener(self.config.port, taken, address)
        except OSError as error:
            told = f"the API cannot be served on {address}: {tell_os_error(error)}"
            raise CliError(f'{told}; "mk start --listen-address" takes another address') from error
        if (port := listener.getsockname()[1]) != self.config.port:
            self.config = self.profile.change(port=port)
        return listener

    def wake(self) -> None:
        """Wake the loop from any thread or signal handler."""
        self._waker.wake()

    def stop(self, number: int, frame: Any) -> None:
        """Signal handler: SIGTERM ends the cluster's processes too, SIGHUP leaves them to the node agent."""
        self.stopping = number
        self.wake()

    def run(self, announce: Callable[[], None]) -> None:
        """Run until stopped; `announce` when the cluster is ready."""
        self.nodes.start()
        self.manager.sync()
        self.nodes.clean_up_orphans()
        self.server.extensions["starting"] = False
        announced = False
        while self.stopping is None:
            self.turn()
            if not announced and self.is_ready():
                announce()
                announced = True
            self.wait(serving=announced)
            if self.is_evicted():
                self.log.info("the profile's folder was removed: this cluster is no more")
                # The node agent ends with its folder, unless it came back while that was removed. The next cluster's is not ours.
                self.nodes.stop(end_pods=not (self.directory / LOCK).exists())
                self.api.stop()
                return
        self.api.stop()
        self.nodes.stop(end_pods=self.stopping != signal.SIGHUP)
        self.time.stop()
        self.close()

    def close(self) -> None:
        """Let go of its files and sockets."""
        self.api.stop()
        self.listener.close()
        self._waker.close()
        self._webhook_threads.shutdown(wait=False, cancel_futures=True)
        self.store.close()

    def is_evicted(self) -> bool:
        """Return whether the profile's folder is gone, or another one by now."""
        try:
            return not os.path.samestat(os.stat(self.directory / LOCK), os.fstat(self._held.fileno()))
        except FileNotFoundError:
            return True

    def is_ready(self) -> bool:
        """Return whether a node is Ready and the default service account is there: pods can be created and run."""
        if self.manager.lister(SERVICE_ACCOUNTS).get("default", "default") is None:
            return False
        nodes = self.manager.lister(NODES).list()
        conditions = [c for n in nodes for c in (n.get("status") or {}).get("conditions") or []]
        return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)

    def turn(self) -> None:
        """Do everything that is due, in batches."""
        try:
            self.nodes.refresh()
            self.manager.drain()
            self.time.begin(self.manager.next_timer())
            growth = 1
            while self.stopping is None and self._is_due():
                with self.server.batch():
                    self._work(growth)
                growth = min(2 * growth, MAX_GROWTH)
                select.select([], [], [], PAUSE_SECONDS if self._is_due() else 0)
            if self.stopping is None:
                self.time.rest()
            self._compact()
        except Compacted:
            self.manager.sync()
        except StorageError as error:  # a full disk, a locked file: nothing was kept, so look again from the start
            self.log.exception("storage failed; trying again", error)
            self.manager.sync()
            select.select([], [], [], 1.0)

    def _work(self, growth: int) -> None:
        """Do what one commit takes, `growth` times an ordinary one, from one due moment to the next."""
        end, done = time.monotonic() + BATCH_SECONDS * growth, 0

        def should_stop(count: int) -> bool:
            return done + count >= BATCH * growth or (time.monotonic() > end and not self.time.is_repeatable)

        while not should_stop(0) and self._is_due():
            self.time.step(self.manager.next_due())
            done += self.manager.run_batch(should_stop)
        self.time.keep()

    def _is_due(self) -> bool:
        due = self.manager.next_due()
        return due is not None and due <= self.time.get_limit()

    def wait(self, *, serving: bool) -> None:
        """Sleep until something is to do. Once it is `serving`, clients over https are something to do."""
        due = self.manager.next_due()
        timeout = SELF_CHECK_SECONDS
        if due is not None and (left := self.time.get_seconds_until(due)) is not None:
            timeout = min(timeout, left)
        if self.api.pause is not None:
            timeout = min(timeout, self.api.pause)
        wait_readable((self.listener, self._waker, *(self.api.watched if serving else ())), timeout)
        if serving:
            self.api.check()
        self.listener.drain()
        self._waker.drain()

    def _compact(self) -> None:
        now = time.monotonic()
        if now - self._compacted_at > COMPACT_SECONDS:
            self._compacted_at = now
            keep_from = self.store.current_revision() - KEEP_REVISIONS
            if keep_from > self.store.compacted_revision():
                self.store.compact(keep_from)


def start_process(daemon: Daemon) -> Api:
    """Return the API server of a daemon: a process."""
    return ApiServerProcess(daemon.directory, daemon.listen(), time.monotonic, daemon.log)


def answer(ready: int, text: str) -> None:
    """Tell the starter, who may have gone away, and hang up."""
    with suppress(BrokenPipeError):
        os.write(ready, f"{text}\n".encode())
    os.close(ready)


def main(argv: list[str]) -> int:
    """Run the daemon; what keeps it from starting goes to the starter through the ready descriptor."""
    directory, ready = Path(argv[0]), int(argv[1])
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    held = pid_lock.take(directory / LOCK)
    if held is None:
        answer(ready, "another daemon runs this profile already")
        return 1
    try:
        daemon = Daemon(directory, held)
    except (StorageError, StatusError, CliError, OSError) as error:
        answer(ready, str(error))
        return 1
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, daemon.stop)

    def announce() -> None:
        answer(ready, "ready")
        gc.freeze()

    daemon.run(announce)
    os._exit(0)  # at once, though a probe's thread may still wait for an answer; the lock goes with the process


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
