"""kube-proxy: connections to a Service's address reach one of its ready pods.

Each port of a Service gets a listener at its cluster IP in the pods' network, each node port one at the host's loopback address, and
each port of a load balancer one at its own address of that; who connects is joined to a pod in turn. Where pods have no network of
their own (process runtime), only the host's are served. https://kubernetes.io/docs/reference/networking/virtual-ips/
"""

from __future__ import annotations

import errno
import itertools
import os
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import ENDPOINT_SLICES, NODES, PODS, SERVICES
from minikube_py.component_base.datagram_relay import DatagramRelay
from minikube_py.component_base.relay import Relay
from minikube_py.proxy.places import LOOPBACK, Place, Route, find_routes
from minikube_py.proxy.targets import Affinity, Origin, Target, choose_near

Object = dict[str, Any]
Listen = Callable[[str, int, str], socket.socket]  # address, port, protocol
Dial = Callable[[str, int], socket.socket]  # uid of a pod, or the address of what is none; port
SERVICE_LABEL = "kubernetes.io/service-name"
ZONE_LABEL = "topology.kubernetes.io/zone"
RETRY_SECONDS = 5.0
DIAL_SECONDS = 5.0
HOST_RETRY_SECONDS = 30.0  # when a port of this machine may be free again, or allowed
PRIVILEGED_PORTS = 1024


def dial_from_host(address: str, port: int) -> socket.socket:
    """Connect to an address as this machine reaches it. Raises OSError."""
    connection = socket.create_connection((address, port), DIAL_SECONDS)
    connection.settimeout(None)
    return connection


def listen_on_host(address: str, port: int, protocol: str) -> socket.socket:
    """Listen at an address of this machine. Raises OSError."""
    if protocol == "TCP":
        return socket.create_server((address, port), backlog=128)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((address, port))
    except OSError:
        sock.close()
        raise
    return sock


class Wires(NamedTuple):
    """What the proxy works with.

    `listen` opens a socket in the pods' network (None: there is none), `dial` reaches a pod, `dial_outside` what is none.
    """

    streams: Relay
    datagrams: DatagramRelay
    listen: Listen | None
    dial: Dial
    listen_on_host: Listen = listen_on_host
    dial_outside: Dial = dial_from_host

    def open(self, place: Place) -> socket.socket:
        """Return a socket that is bound to a place. Raises OSError."""
        listen = self.listen_on_host if place.host or self.listen is None else self.listen
        return listen(place.address, place.port, place.protocol)

    def reach(self, target: Target, place: Place, route: Route) -> socket.socket:
        """Return a connection to a target, for a client of that place. Raises OSError."""
        if place.protocol == "TCP":
            return self.dial(target.pod_uid, target.port) if target.pod_uid else self.dial_outside(target.address, target.port)
        listen = self.listen if target.pod_uid else None
        sock = listen(route.source, 0, "UDP") if listen is not None else listen_on_host("0.0.0.0", 0, "UDP")  # noqa: S104
        try:
            sock.connect((target.address, target.port))
        except OSError:
            sock.close()
            raise
        return sock


class ServiceProxy:
    """Reconciles one Service's listeners."""

    def __init__(self, context: Context, wires: Wires) -> None:
        self._context, self._wires = context, wires
        self._listeners: dict[Key, dict[Place, socket.socket]] = {}
        self._routes: dict[tuple[Key, Place], Route] = {}
        self._affinities: dict[tuple[Key, Place], Affinity] = {}
        self._turns = itertools.count()
        self._recorder = context.recorder("kube-proxy")
        self._nodes_of: dict[str, str] = {}  # a pod's address -> its node

    def note_pod(self, pod: Object) -> None:
        """Remember on which node an address is."""
        address, node = (pod.get("status") or {}).get("podIP"), pod["spec"].get("nodeName")
        if not address or pod["spec"].get("hostNetwork"):
            return
        if node and self._context.lister(PODS).get(pod["metadata"]["namespace"], pod["metadata"]["name"]) is not None:
            self._nodes_of[address] = node
        else:
            self._nodes_of.pop(address, None)

    def reconcile(self, key: Key) -> Result:
        """Open, close and point the listeners of a Service."""
        service = self._context.lister(SERVICES).get(*key)
        wanted = self._find_routes(service) if service is not None else {}
        open_now = self._listeners.setdefault(key, {})
        for place in [p for p in open_now if p not in wanted]:
            self._relay_of(place).stop_serving(open_now.pop(place))
            del self._routes[key, place]
            self._affinities.pop((key, place), None)
        retries: list[float] = []
        for place, route in wanted.items():
            self._routes[key, place] = route
            if place not in open_now and not self._open(service or {}, key, place):
                retries.append(HOST_RETRY_SECONDS if place.host else RETRY_SECONDS)
        if not open_now and not wanted:
            del self._listeners[key]
        return Result(min(retries, default=None))

    def _find_routes(self, service: Object) -> dict[Place, Route]:
        metadata = service["metadata"]
        slices = [
            s
            for s in self._context.lister(ENDPOINT_SLICES).list(metadata["namespace"])
            if (s["metadata"].get("labels") or {}).get(SERVICE_LABEL) == metadata["name"]
        ]
        return find_routes(service, slices, networked=self._wires.listen is not None)

    def _open(self, service: Object, key: Key, place: Place) -> bool:
        try:
            listener = self._wires.open(place)
        except OSError as error:
            self._recorder.event(service, "Warning", "FailedToListen", explain_refusal(service, place, error))
            return False
        self._listeners[key][place] = listener
        self._relay_of(place).serve(listener, lambda client: self._connect(key, place, client))
        return True

    def _relay_of(self, place: Place) -> Relay | DatagramRelay:
        return self._wires.streams if place.protocol == "TCP" else self._wires.datagrams

    def _connect(self, key: Key, place: Place, client: str) -> socket.socket:
        """Reach a target for a client, or answer for the Service. Runs beside the loop. Raises OSError."""
        route = self._routes.get((key, place))
        if route is None or not route.admits(client):
            raise ConnectionRefusedError("not served")
        if route.health:
            return self._speak(route.health)
        targets = choose_near(route.targets, Origin() if place.host else self._find_origin(client), local=route.local)
        now = self._context.clock.now()
        affinity = self._affinities.setdefault((key, place), Affinity()) if route.sticky_seconds else None
        wanted = affinity.find(client, targets, now) if affinity is not None else None
        for target in self._take_turns(targets, wanted):
            try:
                connection = self._wires.reach(target, place, route)
            except OSError:
                continue
            if affinity is not None:
                affinity.keep(client, target, now + route.sticky_seconds, now)
            return connection
        raise ConnectionRefusedError("no endpoint answers")

    def _take_turns(self, targets: Sequence[Target], first: Target | None) -> Iterable[Target]:
        """Return all targets, beginning with `first`, or with the one whose turn it is."""
        start = targets.index(first) if first is not None else next(self._turns) % max(1, len(targets))
        return [*targets[start:], *targets[:start]]

    def _speak(self, text: str) -> socket.socket:
        """Return a connection at whose other end somebody says that, whatever is asked."""
        end, speaker = socket.socketpair()
        speaker.sendall(text.encode())
        speaker.shutdown(socket.SHUT_WR)
        self._wires.streams.swallow(speaker)
        return end

    def _find_origin(self, client: str) -> Origin:
        name = self._nodes_of.get(client, "")
        node = self._context.lister(NODES).get("", name) or {}
        return Origin(name, ((node.get("metadata") or {}).get("labels") or {}).get(ZONE_LABEL, ""))


def explain_refusal(service: Object, place: Place, error: OSError) -> str:
    """Return why nothing listens at a place, and what to do."""
    message = f"cannot serve {place.address}:{place.port}: {os.strerror(error.errno) if error.errno else error}"
    if not place.host or error.errno not in (errno.EACCES, errno.EPERM) or place.port >= PRIVILEGED_PORTS:
        return message
    ports = (service.get("spec") or {}).get("ports") or ()
    node_port = next((p["nodePort"] for p in ports if p.get("port") == place.port and p.get("nodePort")), None)
    instead = f"; {LOOPBACK}:{node_port} is served" if node_port else ""
    return f"{message}{instead}. As root, `sysctl net.ipv4.ip_unprivileged_port_start={place.port}` allows it"


def _service_of(obj: Object, context: Context) -> list[Key]:
    metadata = obj["metadata"]
    name = (metadata.get("labels") or {}).get(SERVICE_LABEL)
    return [Key(metadata["namespace"], name)] if name else []


def _pod_changed(pod: Object, context: Context) -> Iterable[Key]:
    proxy: ServiceProxy = context.reconciler
    proxy.note_pod(pod)
    return ()


def _nothing(node: Object, context: Context) -> Iterable[Key]:
    return ()


def make_controller(wires: Wires) -> Controller:
    """Return the proxy as a controller of the reconcile loop."""
    watches = (Watch(SERVICES), Watch(ENDPOINT_SLICES, _service_of), Watch(PODS, _pod_changed), Watch(NODES, _nothing))
    return Controller("kube-proxy", watches, lambda context: ServiceProxy(context, wires))
