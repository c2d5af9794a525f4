"""Which transport leads to a context's cluster. Here, and only here, the CLI meets the API server and storage."""

from __future__ import annotations

import os
from functools import cached_property, partial
from itertools import count
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Connection
from minikube_py.client.kubeconfig import Target, home_name
from minikube_py.component_base import folders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikube_py.apiserver.metrics import Usage
    from minikube_py.apiserver.server import ApiServer
    from minikube_py.client.credentials import Credentials
    from minikube_py.client.request import Request
    from minikube_py.cmd.cluster_time import Cluster
    from minikube_py.cmd.stopped import StoppedHint
    from minikube_py.cmd.streams import PodStreams
    from minikube_py.component_base.poke import Listener
    from minikube_py.storage.sqlite import Store


def connect(target: Target) -> Connection:
    """Open the cluster that a context leads to. Raises CliError where there is none."""
    if not target.state:
        raise _explain_remote(str(target.cluster.get("server") or "http://localhost:8080"))
    credentials = None
    if target.user:
        from minikube_py.client.credentials import read_credentials

        credentials = read_credentials(target.user, target.user_name)
    return connect_local(target.state, credentials)


def _explain_remote(server: str) -> CliError:
    """Return why a server elsewhere cannot be used: as a rule because nobody is there."""
    from minikube_py.client.dialing import Unreachable, dial, parse_server

    try:
        dial(parse_server(server))
    except Unreachable as error:
        return CliError(str(error), prefix="")
    except ValueError as error:
        return CliError(str(error))
    return CliError(f"the server {server} answers, but this program reaches clusters of its own only, by their state file")


def describe_server() -> dict[str, Any]:
    """Return the version facts of a local cluster: this program's own."""
    from minikube_py.component_base.version import describe_version

    return describe_version()


def connect_local(state: str, credentials: Credentials | None = None) -> Connection:
    """Open a cluster of this machine by its state file, as whoever the credentials stand for."""
    from minikube_py.client.discovery import LocalDiscovery
    from minikube_py.client.transport.local import LocalTransport
    from minikube_py.component_base.clock import RealClock
    from minikube_py.storage.sqlite import Store

    if not os.path.exists(state):
        raise CliError(f'the cluster\'s state {state} is gone; "mk start" makes a new one')
    folders.cache = os.path.join(home_name(), "cache")
    store = Store(state)
    server = _make_server(store, os.path.dirname(state))
    server.extensions["pki"] = os.path.join(os.path.dirname(state), "pki")
    streams: Any = _LazyStreams(os.path.dirname(state), server)
    listen, written = streams.listen, streams.written
    server.extensions["metrics"] = streams
    if credentials is not None:
        from minikube_py.cmd.guarded_streams import GuardedStreams

        streams = GuardedStreams(streams, server, credentials)
    transport = LocalTransport(server, listen, streams.connect, RealClock().now, written, credentials)
    discovery = LocalDiscovery(server.serves, lambda: server.custom_resources.list_kinds())
    return Connection(transport, discovery, streams, describe_server, store.close, server.clock, partial(_advance, server))


def _make_server(store: Store, directory: str) -> ApiServer:
    """Return the API server of a cluster; of one that is to repeat itself, in step with its daemon."""
    from minikube_py.apiserver.server import ApiServer

    if not store.read_fact("settled"):
        return ApiServer(store)
    from minikube_py.cmd.lockstep import LockstepServer

    server: ApiServer = LockstepServer(store, lambda: _find_cluster(server, directory).settle())
    return server


def _advance(server: ApiServer, seconds: float) -> tuple[str, int]:
    """Move a cluster's time forward; see `Cluster.advance`."""
    return _find_cluster(server, os.path.dirname(server.store.path)).advance(seconds)


def _find_cluster(server: ApiServer, directory: str) -> Cluster:
    from minikube_py.cmd.cluster_time import Cluster
    from minikube_py.component_base.pid_lock import find_holder
    from minikube_py.component_base.poke import Listener

    def listen() -> Listener:
        return Listener(os.path.join(directory, "pokes"), f"time-{os.getpid()}-{next(_listeners)}")

    return Cluster(server.store, server.clock, listen, lambda: find_holder(os.path.join(directory, "daemon.pid")) is not None)


_listeners = count(1)  # of all threads of this process


class _LazyStreams:
    """A cluster's PodStreams and wake-ups, loaded when the first is opened: most commands need neither."""

    def __init__(self, directory: str, server: ApiServer) -> None:
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
