"""kube-proxy: connections to a Service's address reach one of its ready pods.

Each port of a Service gets a listener at its cluster IP in the pods' network, and each node port one at the host's loopback address; who
connects is joined to a pod in turn. Where pods have no network of their own (process runtime), only node ports are served.
https://kubernetes.io/docs/reference/networking/virtual-ips/
"""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import ENDPOINT_SLICES, SERVICES
from minikube_py.component_base.relay import Relay

Object = dict[str, Any]
Listen = Callable[[str, int], socket.socket]
SERVICE_LABEL = "kubernetes.io/service-name"
RETRY_SECONDS = 5.0


class Target(NamedTuple):
    """Where a connection may go: a port of a pod."""

    pod_uid: str
    port: int


class Place(NamedTuple):
    """Where connections are accepted: an address of the pods' network, or the host's loopback for node ports."""

    host: bool
    address: str
    port: int


class ServiceProxy:
    """Reconciles one Service's listeners. `listen` opens one in the pods' network (None: there is none), `dial` reaches a pod."""

    def __init__(
        self, context: Context, relay: Relay, listen: Listen | None, dial: Callable[[str, int], socket.socket]
    ) -> None:
        self._context, self._relay, self._listen, self._dial = context, relay, listen, dial
        self._listeners: dict[Key, dict[Place, socket.socket]] = {}
        self._targets: dict[tuple[Key, Place], list[Target]] = {}
        self._turns = itertools.count()
        self._recorder = context.recorder("kube-proxy")

    def reconcile(self, key: Key) -> Result:
        """Open, close and point the listeners of a Service."""
        service = self._context.lister(SERVICES).get(*key)
        wanted = self._find_places(service) if service is not None else {}
        open_now = self._listeners.setdefault(key, {})
        for place in [p for p in open_now if p not in wanted]:
            self._relay.stop_serving(open_now.pop(place))
            del self._targets[key, place]
        failed = False
        for place, targets in wanted.items():
            self._targets[key, place] = targets
            if place not in open_now:
                failed |= not self._open(service, key, place)
        return Result(RETRY_SECONDS if failed else None)

    def _open(self, service: Object | None, key: Key, place: Place) -> bool:
        try:
            listener = _listen_on_host(place) if place.host else self._listen(place.address, place.port)  # type: ignore[misc]
        except OSError as error:
            message = f"cannot serve {place.address}:{place.port}: {error.strerror or error}"
            self._recorder.event(service or {}, "Warning", "FailedToListen", message)
            return False
        self._listeners[key][place] = listener
        self._relay.serve(listener, lambda: self._connect(key, place))
        return True

    def _connect(self, key: Key, place: Place) -> socket.socket:
        targets = self._targets.get((key, place)) or []
        if not targets:
            raise ConnectionRefusedError("no endpoints")
        start = next(self._turns)
        for offset in range(len(targets)):
            target = targets[(start + offset) % len(targets)]
            try:
                return self._dial(target.pod_uid, target.port)
            except OSError:
                continue
        raise ConnectionRefusedError("no endpoint answers")

    def _find_places(self, service: Object) -> dict[Place, list[Target]]:
        spec, metadata = service["spec"], service["metadata"]
        address = spec.get("clusterIP") or "None"
        places: dict[Place, list[Target]] = {}
        slices = [
            s
            for s in self._context.lister(ENDPOINT_SLICES).list(metadata["namespace"])
            if (s["metadata"].get("labels") or {}).get(SERVICE_LABEL) == metadata["name"]
        ]
        for port in spec.get("ports") or ():
            if port.get("protocol", "TCP") != "TCP":
                continue
            targets = list_targets(slices, port.get("name") or "")
            if self._listen is not None and address != "None":
                places[Place(False, address, port["port"])] = targets
            if port.get("nodePort"):
                places[Place(True, "127.0.0.1", port["nodePort"])] = targets
        return {place: targets for place, targets in places.items() if targets or place.host}


def list_targets(slices: list[Object], port_name: str) -> list[Target]:
    """Return the ready pods of a Service's slices, at the port of that name."""
    found = []
    for one in slices:
        number = next((p["port"] for p in one.get("ports") or () if (p.get("name") or "") == port_name and p.get("port")), None)
        if number is None:
            continue
        for endpoint in one.get("endpoints") or ():
            reference = endpoint.get("targetRef") or {}
            if (endpoint.get("conditions") or {}).get("ready", True) and reference.get("kind") == "Pod":
                found.append(Target(reference["uid"], number))
    return found


def _listen_on_host(place: Place) -> socket.socket:
    return socket.create_server((place.address, place.port), backlog=128)


def _service_of(obj: Object, context: Context) -> list[Key]:
    metadata = obj["metadata"]
    name = (metadata.get("labels") or {}).get(SERVICE_LABEL)
    return [Key(metadata["namespace"], name)] if name else []


def make_controller(relay: Relay, listen: Listen | None, dial: Callable[[str, int], socket.socket]) -> Controller:
    """Return the proxy as a controller of the reconcile loop."""
    watches = (Watch(SERVICES), Watch(ENDPOINT_SLICES, _service_of))
    return Controller("kube-proxy", watches, lambda context: ServiceProxy(context, relay, listen, dial))
