"""Which transport leads to a context's cluster. Here, and only here, the CLI meets the API server and storage."""

from __future__ import annotations

import os
from functools import cached_property, partial
from itertools import count
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Connection
from minikube_py.client.kubeconfig import Target, home_name, without_owner
from minikube_py.component_base import folders

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from minikube_py.apiserver.kube_apiserver import KubeApiServer
    from minikube_py.apiserver.metrics import Usage
    from minikube_py.client.credentials import Credentials
    from minikube_py.client.request import Request
    from minikube_py.cmd.cluster_time import Cluster
    from minikube_py.cmd.stopped import StoppedHint
    from minikube_py.cmd.streams import PodStreams
    from minikube_py.component_base.poke import Listener


def connect(target: Target) -> Connection:
    """Open the cluster that a context leads to. Raises CliError where there is none."""
    if not target.state:
        from minikube_py.cmd.remote import connect_remote

        return connect_remote(target)
    credentials = None
    if user := without_owner(target.user, target.state):
        from minikube_py.client.credentials import read_credentials

        credentials = read_credentials(user, target.user_name)
    return connect_local(target.state, credentials)


def describe_server() -> dict[str, Any]:
    """Return the version facts of a local cluster: this program's own."""
    from minikube_py.component_base.version import describe_version

    return describe_version()


def connect_local(state: str, credentials: Credentials | None = None) -> Connection:
    """Open a cluster of this machine by its state file, as whoever the credentials stand for."""
    from minikube_py.client.discovery import LocalDiscovery
    from minikube_py.client.transport.local import LocalTransport
    from minikube_py.component_base.clock import RealClock

    if not os.path.exists(state):
        raise CliError(f'the cluster\'s state {state} is gone; "mk start" makes a new one')
    server = open_server(state)
    streams: Any = LazyStreams(os.path.dirname(state), server)
    listen, written = streams.listen, streams.written
    server.extensions["metrics"] = streams
    server.extensions["dial_service"] = streams.dial_service
    if credentials is not None:
        from minikube_py.cmd.guarded_streams import GuardedStreams

        streams = GuardedStreams(streams, server, credentials)
    transport = LocalTransport(server, listen, streams.connect, RealClock().now, written, credentials)
    discovery = LocalDiscovery(server.serves, lambda: server.custom_resources.list_kinds())
    return Connection(
        transport, discovery, streams, describe_server, server.store.close, server.clock, partial(_advance, server)
    )


def _advance(server: KubeApiServer, seconds: float) -> tuple[str, int]:
    """Move a cluster's time forward; see `Cluster.advance`."""
    return _find_cluster(server).advance(seconds)


def _find_cluster(server: KubeApiServer) -> Cluster:
    from minikube_py.cmd.cluster_time import Cluster
    from minikube_py.component_base.pid_lock import find_holder
    from minikube_py.component_base.poke import Listener

    directory = os.path.dirname(server.store.path)

    def listen() -> Listener:
        return Listener(os.path.join(directory, "pokes"), f"time-{os.getpid()}-{next(_listeners)}")

    return Cluster(server.store, server.clock, listen, lambda: find_holder(os.path.join(directory, "daemon.pid")) is not None)


def open_server(state: str) -> KubeApiServer:
    """Return an API server with a store of its own over a cluster's state file: for one thread.

    That of a cluster which is to repeat itself keeps step with its daemon.
    """
    from minikube_py.apiserver.kube_apiserver import KubeApiServer
    from minikube_py.storage.sqlite import Store

    folders.cache = os.path.join(home_name(), "cache")
    store = Store(state)
    if store.read_fact("settled"):
        from minikube_py.cmd.lockstep import LockstepServer

        server: KubeApiServer = LockstepServer(store, lambda: _find_cluster(server).settle())
    else:
        server = KubeApiServer(store)
    server.extensions["pki"] = os.path.join(os.path.dirname(state), "pki")
    return server


_listeners = count(1)  # of all threads of this process


class LazyStreams:
    """A cluster's PodStreams and wake-ups, loaded when the first is opened: most commands need neither."""

    def __init__(self, directory: str, server: KubeApiServer) -> None:
        self._directory, self._server = directory, server

    @cached_property
    def _streams(self) -> PodStreams:
        from pathlib import Path

        from minikube_py.cmd.streams import PodStreams

        return PodStreams(Path(self._directory), self._server, self._hint.give)

    @cached_property
    def _hint(self) -> StoppedHint:
        from minikube_py.cmd.stopped import StoppedHint

        return StoppedHint(self._directory)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._streams, name)

    def is_able(self) -> bool:
        """Return whether pods are processes, of which something can be measured."""
        return self._streams.measurer.is_able()

    def measure(self) -> Sequence[Usage]:
        """Return what runs now uses."""
        return self._streams.measurer.measure()

    def dial_service(self, namespace: str, name: str, port: int) -> socket.socket:
        """Connect to a pod behind a Service. Raises ConnectionError."""
        from minikube_py.cmd.service_dialer import ServiceDialer

        dial = ServiceDialer(self._server, lambda uid, port, seconds: self._streams.runtime.dial(uid, port, seconds))
        return dial(namespace, name, port)

    def connect(self, request: Request) -> Any:
        """Open what a connect request asks for."""
        return self._streams.connect(request)

    def listen(self) -> Listener:
        """Return a listener for what other processes commit."""
        from minikube_py.component_base.poke import Listener

        self._hint.give()
        return Listener(os.path.join(self._directory, "pokes"), f"cli-{os.getpid()}-{next(_listeners)}")

    def written(self) -> None:
        """Take note that something was written."""
        self._hint.give_at_end()
