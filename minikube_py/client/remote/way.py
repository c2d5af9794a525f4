"""The way that a kubeconfig's context tells of: how to connect to its server, and who one is there."""

from __future__ import annotations

from typing import NamedTuple, TextIO

from minikube_py.client.kubeconfig import Target
from minikube_py.client.remote.dialer import Dialer, read_server
from minikube_py.client.remote.identity import Identity
from minikube_py.client.remote.login_prompt import ask_who
from minikube_py.client.remote.proxies import find_proxy
from minikube_py.component_base.clock import RealClock

DEFAULT_SERVER = "http://localhost:8080"


class Way(NamedTuple):
    """How to connect, as whom, and the URL of the server."""

    dialer: Dialer
    identity: Identity
    url: str


def find_way(target: Target, stdin: TextIO, stdout: TextIO) -> Way:
    """Return the way to a context's server; nothing is sent. Asks who one is if nothing says it. Raises ConfigError, Unreachable."""
    cluster = target.cluster
    url = cluster.get("server") or DEFAULT_SERVER
    server = read_server(url, cluster.get("tls-server-name") or "")
    identity = Identity(ask_who(target, stdin, stdout), RealClock())
    identity.check_tls()
    proxy = cluster.get("proxy-url") or find_proxy(server.address, tls=server.tls)
    return Way(Dialer(server, identity.make_tls, proxy), identity, url)
