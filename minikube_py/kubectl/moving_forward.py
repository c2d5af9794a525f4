"""Port-forwarding to what has several pods: when the pod behind it goes, new connections go to another one.

kubectl stays with the pod that it chose, and gives up with it. To a pod that was named, that is what happens here too.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

from minikube_py.apimachinery.errors import NotFound
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.client.resources import PODS
from minikube_py.client.streams import StreamError
from minikube_py.kubectl.attaching import is_running_or_over
from minikube_py.kubectl.polymorphic.attachable_pod import rank_for_attach, selector_for_object

Object = dict[str, Any]
Dial = Callable[[int], socket.socket]

ATTEMPTS, PAUSE_SECONDS = 20, 0.1


class MovingDial:
    """Dials ports of the pod, or of the one that took its place.

    `translate(pod)` gives the port of that pod for each port of the first one. `timeout` is how long to wait for a pod that is ready.
    """

    def __init__(
        self, factory: Factory, obj: Object, pod: Object, translate: Callable[[Object], dict[int, int]], timeout: float
    ) -> None:
        self._factory, self._object, self._timeout, self._translate = factory, obj, timeout, translate
        self._client = factory.with_flags(factory.flags).client()  # a connection of its own: others are used at the same time
        self._lock, self._never = threading.Lock(), threading.Event()
        self._take(pod)

    def __call__(self, port: int) -> socket.socket:
        """Connect to a port. Raises StreamError where it cannot be reached although the pod is well, or no pod comes."""
        with self._lock:
            dial, ports, pod = self._dial, self._ports, self._pod
        try:
            return dial(ports.get(port, port))
        except StreamError:
            with self._lock:
                if self._pod is pod and not self._move():
                    raise
                dial, ports = self._dial, self._ports
        return self._dial_soon(lambda: dial(ports.get(port, port)))

    def _dial_soon(self, dial: Callable[[], socket.socket]) -> socket.socket:
        """Connect to a new pod, whose program may be about to listen. Raises StreamError."""
        for _ in range(ATTEMPTS - 1):
            try:
                return dial()
            except StreamError:
                self._never.wait(PAUSE_SECONDS)
        return dial()

    def _take(self, pod: Object) -> None:
        metadata = pod["metadata"]
        self._ports = self._translate(pod)
        self._dial: Dial = self._factory.connection.streams.open_port_forward(metadata["namespace"], metadata["name"])
        self._pod = pod

    def _move(self) -> bool:
        """Go to another pod if the present one is no more, and say so; return whether that was done."""
        name = self._pod["metadata"]["name"]
        if self._is_well():
            return False
        successor = self._wait_for_pod()
        if successor is None:
            return False
        try:
            self._take(successor)
        except CliError:  # it has no such port
            return False
        self._factory.warn(f"pod/{name} is gone, forwarding to pod/{successor['metadata']['name']}")
        return True

    def _is_well(self) -> bool:
        before = self._pod["metadata"]
        try:
            now = self._client.get(PODS, before["name"], before["namespace"])
        except NotFound:
            return False
        runs = (now.get("status") or {}).get("phase") == "Running" and not now["metadata"].get("deletionTimestamp")
        return bool(now["metadata"]["uid"] == before["uid"] and runs)

    def _wait_for_pod(self) -> Object | None:
        """Return the best pod of the object, waiting for one that is ready; None where none comes in time."""
        namespace, selector = self._object["metadata"]["namespace"], str(selector_for_object(self._object))
        listed = self._client.list(PODS, namespace, selector)
        usable = sorted(filter(is_usable, listed["items"]), key=rank_for_attach)
        if usable:
            return dict(usable[0])
        params = {"resourceVersion": listed["metadata"]["resourceVersion"], "labelSelector": selector}
        for event in self._client.watch(PODS, namespace, timeout=self._timeout, **params):
            if event.type in ("ADDED", "MODIFIED") and is_usable(event.object):
                return event.object
        return None


def is_usable(pod: Object) -> bool:
    """Return whether a pod runs, is ready and is not about to go."""
    status = pod.get("status") or {}
    return status.get("phase") == "Running" and not pod["metadata"].get("deletionTimestamp") and is_running_or_over(pod)
