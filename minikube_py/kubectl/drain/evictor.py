"""Evicts or deletes the pods of a node and waits until they are gone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.duration import format_seconds
from minikube_py.apimachinery.errors import NotFound, StatusError, TooManyRequests
from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.resources import PODS
from minikube_py.kubectl.drain.cordon import print_line

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

RETRY_SECONDS = 5.0


class How(NamedTuple):
    """How pods are to go. `grace_period` is in seconds, -1 each pod's own; `timeout` in seconds, 0 is never."""

    evict: bool
    grace_period: int
    timeout: float
    dry_run: str


class SeveralErrors(CliError):
    """What went wrong with the pods of one node, each in `texts`; told in one line with brackets, without repetitions."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        unique = list(dict.fromkeys(texts))
        super().__init__(unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]")


class Evictor:
    """Gets the pods of one node off it. Evictions that a disruption budget forbids are tried again every 5 seconds."""

    def __init__(self, factory: Factory, node: str, how: How) -> None:
        self._factory, self._node, self._how = factory, node, how
        self._client = factory.client("kubectl")
        self._deadline = factory.clock.now() + how.timeout if how.timeout else math.inf
        self._due: dict[str, float] = {}  # uid -> when to (re)try
        self._gone_wait: set[str] = set()
        self._errors: list[str] = []

    def remove(self, pods: list[Object]) -> None:
        """Remove all the pods. Raises SeveralErrors with everything that kept pods from eviction, or what kept one from deletion."""
        pods_by_uid = {pod["metadata"]["uid"]: pod for pod in pods}
        self._due = dict.fromkeys(pods_by_uid, 0.0)
        while self._due or self._gone_wait:
            version = self._look_who_is_gone(pods_by_uid)
            for uid in [uid for uid, when in self._due.items() if when <= self._factory.clock.now()]:
                self._remove_one(uid, pods_by_uid[uid])
            if self._due or self._gone_wait:
                self._wait(version, pods_by_uid)
        if self._errors:
            raise SeveralErrors(self._errors) if self._how.evict else CliError(self._errors[0])

    def _remove_one(self, uid: str, pod: Object) -> None:
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        del self._due[uid]
        problem = f'error when evicting pods/"{name}" -n "{namespace}"'
        if self._how.evict:
            suffix = " (server dry run)" if self._how.dry_run == "server" else ""
            self._factory.write(f"evicting pod {namespace}/{name}{suffix}\n")
            if self._factory.clock.now() >= self._deadline:
                limit = format_seconds(self._how.timeout)
                self._errors.append(f"{problem}: global timeout reached: {limit}")
                return
        try:
            self._send(name, namespace)
        except NotFound:
            pass
        except TooManyRequests as error:
            self._factory.warn(f"{problem} (will retry after {RETRY_SECONDS:g}s): {error.message}")
            self._due[uid] = self._factory.clock.now() + RETRY_SECONDS
            return
        except StatusError as error:
            self._errors.append(f"{problem}: {error.message}" if self._how.evict else error.message)
            return
        if self._how.dry_run != "server":
            self._gone_wait.add(uid)

    def _send(self, name: str, namespace: str) -> None:
        options: Object = {} if self._how.grace_period < 0 else {"gracePeriodSeconds": self._how.grace_period}
        if self._how.dry_run == "server":
            options["dryRun"] = ["All"]
        if not self._how.evict:
            self._client.delete(PODS, name, namespace, options)
            return
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace}}
        self._client.create(PODS, {**eviction, "deleteOptions": options}, namespace, "eviction")

    def _look_who_is_gone(self, pods: dict[str, Object]) -> str:
        """Tell of pods that are gone. Returns the version from which to watch."""
        found = self._client.list(PODS, field_selector=f"spec.nodeName={self._node}")
        there = {pod["metadata"]["uid"] for pod in found["items"]}
        for uid in [uid for uid in pods if uid in self._gone_wait and uid not in there]:
            self._gone_wait.discard(uid)
            print_line({"apiVersion": "v1", "kind": "Pod", **pods[uid]}, self._factory, self._done)
        version: str = found["metadata"]["resourceVersion"]
        return version

    @property
    def _done(self) -> str:
        return "evicted" if self._how.evict else "deleted"

    def _wait(self, version: str, pods: dict[str, Object]) -> None:
        """Wait until a pod goes, an eviction is to be tried again, or the time is up."""
        now = self._factory.clock.now()
        if now >= self._deadline and self._gone_wait:
            for uid in sorted(self._gone_wait):
                name, namespace = pods[uid]["metadata"]["name"], pods[uid]["metadata"]["namespace"]
                what = f'error when waiting for pod "{name}" in namespace "{namespace}" to terminate: '
                self._errors.append((what if self._how.evict else "") + "context deadline exceeded")
            self._gone_wait.clear()
            return
        end = min([*self._due.values(), self._deadline if self._gone_wait else math.inf])
        timeout = None if end == math.inf else max(end - now, 0)
        events = self._client.watch(PODS, timeout=timeout, resourceVersion=version, fieldSelector=f"spec.nodeName={self._node}")
        for event in events:
            if event.type == "DELETED":
                return
