"""The connection to a cluster elsewhere, over https, put together from a kubeconfig's context."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event
from typing import Any

from minikube_py.cli_runtime.factory import Connection
from minikube_py.client.kubeconfig import Target, home
from minikube_py.client.remote.bodies import read_json
from minikube_py.client.remote.discovery import RemoteDiscovery
from minikube_py.client.remote.discovery_cache import DiscoveryCache
from minikube_py.client.remote.pod_streams import RemotePodStreams
from minikube_py.client.remote.upgrades import Upgrader
from minikube_py.client.remote.way import find_way
from minikube_py.client.request import RequestError
from minikube_py.client.transport.http import HttpTransport
from minikube_py.client.transport.logged import RequestLog
from minikube_py.component_base.clock import RealClock
from minikube_py.component_base.version import describe_version


def connect_remote(target: Target) -> Connection:
    """Return a way to the server that a context names; nothing is sent yet. Raises ConfigError, Unreachable."""
    dialer, identity, url = find_way(target, sys.stdin, sys.stdout)
    agent = f"kubectl/{describe_version()['gitVersion']}"
    packed = not target.cluster.get("disable-compression")
    transport = HttpTransport(dialer, identity, agent, Event().wait, target.timeout, packed=packed)

    upgrader = Upgrader(dialer, identity, agent)

    def read_version() -> dict[str, Any]:
        data = transport.read("/version")[0]
        try:
            return read_json(data, "version.Info")
        except RequestError as error:
            raise error.behind("unable to parse the server version: ") from error

    def tell_requests(log: RequestLog) -> None:
        transport.log = upgrader.log = log

    streams = RemotePodStreams(upgrader, transport.open_stream)
    folder = Path(target.cache) if target.cache else home() / "cache"
    discovery = RemoteDiscovery(transport.read, DiscoveryCache(folder, url, RealClock()))
    return Connection(transport, discovery, streams, read_version, transport.close, tell_requests=tell_requests)
