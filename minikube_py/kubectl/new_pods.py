"""Pods that appear while logs are followed: `logs -f` by a selector, or of all pods of a workload, goes on with them.

kubectl follows only those that were there when it began.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.cli_runtime.factory import Factory
from minikube_py.client.resources import PODS
from minikube_py.kubectl.polymorphic.logs_for_object import Choice, LogSource, logs_for_object

Object = dict[str, Any]

STATUSES = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")


class NewPods:
    """Looks for pods of a selector that were not there before. `waiting` says whether one is there that has not started yet."""

    def __init__(self, factory: Factory, namespace: str, selector: str, choice: Choice) -> None:
        self._factory, self._where, self._choice = factory, (namespace, selector), choice
        self._client = factory.with_flags(factory.flags).client()  # a connection of its own: others read at the same time
        self._known: set[str] = {pod["metadata"]["uid"] for pod in self._list()}
        self.waiting = False

    def find_logs(self) -> list[LogSource]:
        """Return the logs of the pods that have started since the last look."""
        found, self.waiting = [], False
        for pod in self._list():
            if pod["metadata"]["uid"] in self._known or pod["metadata"].get("deletionTimestamp"):
                continue
            sources = logs_for_object(self._factory, {**pod, "kind": "Pod"}, self._choice)
            if is_over(pod) or have_started(pod, sources):
                self._known.add(pod["metadata"]["uid"])
                found += sources
            else:
                self.waiting = True
        return found

    def _list(self) -> list[Object]:
        items: list[Object] = self._client.list(PODS, *self._where)["items"]
        return items


def is_over(pod: Object) -> bool:
    """Return whether a pod has ended."""
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def have_started(pod: Object, sources: Iterable[LogSource]) -> bool:
    """Return whether each of the containers runs or has run, so that it has a log."""
    status = pod.get("status") or {}
    states = {one["name"]: one.get("state") or {} for key in STATUSES for one in status.get(key) or ()}
    return all({"running", "terminated"} & states.get(source.container, {}).keys() for source in sources)
