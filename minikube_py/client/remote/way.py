"""The way that a kubeconfig's context tells of: how to connect to its server, and who one is there."""

from __future__ import annotations

from typing import NamedTuple

from minikube_py.client.kubeconfig import Target
from minikube_py.client.remote.dialer import Dialer, find_proxy, read_server
from minikube_py.client.remote.identity import Identity
from minikube_py.component_base.clock import RealClock

DEFAULT_SERVER = "http://localhost:8080"


class Way(NamedTuple):
    """How to connect, as whom, and the URL of the server."""

    dialer: Dialer
    identity: Identity
    url: str


def find_way(target: Target) -> Way:
    """Return the way to a context's server; nothing is sent. Raises ConfigError, Unreachable."""
    cluster = target.cluster
    url = cluster.get("server") or DEFAULT_SERVER
    server = read_server(url, cluster.get("tls-server-name") or "")
    identity = Identity(target, RealClock())
    return Way(Dialer(server, identity.make_tls, find_proxy(server, cluster.get("proxy-url") or "")), identity, url)
