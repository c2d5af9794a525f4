"""Which transport leads to a context's cluster. Here, and only here, the CLI meets the API server and storage."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from minikube_py.apimachinery import schema
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Connection
from minikube_py.client.kubeconfig import Target, home

REFUSED = "The connection to the server {host} was refused - did you specify the right host or port?"


def connect(target: Target) -> Connection:
    """Open the cluster that a context leads to. Raises CliError where there is none."""
    if not target.state:
        host = str(target.cluster.get("server", "http://localhost:8080")).split("://", 1)[-1]
        raise CliError(REFUSED.format(host=host), prefix="")
    return connect_local(Path(target.state))


def describe_server() -> dict[str, Any]:
    """Return the version facts of a local cluster: this program's own."""
    from minikube_py.kubectl.cmd.version import describe_version

    return describe_version()


def connect_local(state: Path) -> Connection:
    """Open a cluster of this machine by its state file."""
    from minikube_py.apiserver.server import ApiServer
    from minikube_py.client.discovery import LocalDiscovery
    from minikube_py.client.transport.local import LocalTransport
    from minikube_py.cmd.streams import PodStreams
    from minikube_py.component_base.clock import RealClock
    from minikube_py.component_base.poke import Listener
    from minikube_py.storage.sqlite import Store

    if not state.exists():
        raise CliError(f'the cluster\'s state {state} is gone; "mk start" makes a new one')
    schema.cache_dir = home() / "cache"
    store = Store(state)
    server = ApiServer(store)
    streams = PodStreams(state.parent, server)
    transport = LocalTransport(
        server, lambda: Listener(state.parent / "pokes", f"cli-{os.getpid()}"), streams.connect, RealClock().now
    )
    return Connection(transport, LocalDiscovery(), streams, describe_server, store.close)
