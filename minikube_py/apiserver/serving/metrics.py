"""What the API server counts of its requests, as Prometheus reads it: the metrics of kube-apiserver that dashboards and tests look at.

https://kubernetes.io/docs/reference/instrumentation/metrics/
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from minikube_py.apiserver.serving import process_metrics
from minikube_py.apiserver.serving.exposition import Labels, write_head, write_line
from minikube_py.apiserver.subresource_kinds import CONNECTS
from minikube_py.client.http_message import HttpAnswer, HttpRequest, make_answer
from minikube_py.client.request import APPLY_PATCH
from minikube_py.component_base.version import describe_version

if TYPE_CHECKING:
    from minikube_py.apiserver.kube_apiserver import KubeApiServer
    from minikube_py.apiserver.serving.audit import Ended

TEXT = "text/plain; version=0.0.4; charset=utf-8; escaping=values"
BOUNDS = (0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60)
VERBS = {
    "get": "GET",
    "list": "LIST",
    "watch": "WATCH",
    "create": "POST",
    "update": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "deletecollection": "DELETECOLLECTION",
}
HEALTH = ("/healthz", "/livez", "/readyz")


class Histogram:
    """How many of the values were below each bound, and their sum."""

    def __init__(self) -> None:
        self.counts, self.sum = [0] * (len(BOUNDS) + 1), 0.0

    def add(self, value: float) -> None:
        """Take in a value."""
        place = next((number for number, bound in enumerate(BOUNDS) if value <= bound), len(BOUNDS))
        self.counts[place] += 1
        self.sum += value


class What(NamedTuple):
    """What a request was about, as metrics name it."""

    verb: str
    group: str
    version: str
    resource: str
    subresource: str
    scope: str

    def label(self) -> Labels:
        """Return that as labels."""
        return ("component", "apiserver"), *self._asdict().items()


class Metrics:
    """Counts on the event loop; any thread may write the page."""

    def __init__(self) -> None:
        self.inflight: Counter[str] = Counter(readOnly=0, mutating=0)
        self.dropped: Counter[str] = Counter()
        self.long_running: Counter[What] = Counter()
        self._requests: Counter[tuple[What, str, int]] = Counter()
        self._durations: defaultdict[What, Histogram] = defaultdict(Histogram)

    def count(self, ended: Ended, status: int, seconds: float | None) -> None:
        """Take in a request that was answered within so many seconds; None of one that goes on."""
        what = describe(ended)
        dry = "All" if "dryRun=All" in ended.message.target else ""
        self._requests[what, dry, status] += 1
        if seconds is not None:
            self._durations[what].add(seconds)

    def answer(self, message: HttpRequest, server: KubeApiServer) -> HttpAnswer:
        """Return the page /metrics."""
        lines = [*self._write_requests(), *_write_build(), *process_metrics.write_lines(), *_write_storage(server)]
        return make_answer(200, TEXT, ("\n".join(lines) + "\n").encode())

    def _write_requests(self) -> Iterator[str]:
        yield from write_head(
            "apiserver_request_total", "counter", "Requests by verb, dry run, resource and HTTP response code."
        )
        for (what, dry, status), number in sorted(self._requests.copy().items()):
            labels = (("code", str(status)), ("dry_run", dry), *what.label())
            yield write_line("apiserver_request_total", labels, number)
        name = "apiserver_request_duration_seconds"
        yield from write_head(name, "histogram", "How long requests took, by verb and resource.")
        for what, histogram in sorted(self._durations.copy().items(), key=lambda pair: pair[0]):
            yield from _write_histogram(name, what.label(), histogram)
        name = "apiserver_current_inflight_requests"
        yield from write_head(name, "gauge", "Requests at work now, by kind.")
        yield from (write_line(name, (("request_kind", kind),), number) for kind, number in sorted(self.inflight.items()))
        name = "apiserver_longrunning_requests"
        yield from write_head(name, "gauge", "Watches and streams that are open now.")
        for what, number in sorted(self.long_running.copy().items()):
            yield write_line(name, what.label(), number)
        name = "apiserver_dropped_requests_total"
        yield from write_head(name, "counter", "Requests refused because there were too many, by kind.")
        yield from (write_line(name, (("request_kind", kind),), number) for kind, number in sorted(self.dropped.copy().items()))


def describe(ended: Ended) -> What:
    """Return what a request was about. One that was refused has no verb but its method's: what it named need not be there."""
    request = ended.outcome.request
    if request is None or not request.resource or not ended.outcome.served:
        path, method = ended.message.target.partition("?")[0], ended.message.method
        return What(method if method in VERBS.values() else "other", "", "", "", path if path in HEALTH else "", "")
    scope = "resource" if request.name else "namespace" if request.namespace else "cluster"
    verb = "CONNECT" if request.subresource in CONNECTS else VERBS[request.verb]
    if verb == "PATCH" and ended.message.header("content-type").startswith(APPLY_PATCH):
        verb = "APPLY"
    return What(verb, request.group, request.version, request.resource, request.subresource, scope)


def _write_histogram(name: str, labels: Labels, histogram: Histogram) -> Iterator[str]:
    total = 0
    for bound, number in zip((*BOUNDS, "+Inf"), histogram.counts, strict=True):
        total += number
        yield write_line(f"{name}_bucket", (*labels, ("le", f"{bound:g}" if bound != "+Inf" else "+Inf")), total)
    yield write_line(f"{name}_sum", labels, histogram.sum)
    yield write_line(f"{name}_count", labels, total)


def _write_build() -> Iterator[str]:
    version = describe_version()
    yield from write_head("kubernetes_build_info", "gauge", "Always 1, with the version.")
    names = (("gitVersion", "git_version"), ("major", "major"), ("minor", "minor"), ("platform", "platform"))
    yield write_line("kubernetes_build_info", tuple((label, str(version.get(key, ""))) for key, label in names), 1)


def _write_storage(server: KubeApiServer) -> Iterator[str]:
    yield from write_head("apiserver_storage_objects", "gauge", "Stored objects, by resource.")
    for name in sorted(server.store.resources()):
        yield write_line("apiserver_storage_objects", (("resource", name),), server.store.count(name))
    yield from write_head("apiserver_storage_size_bytes", "gauge", "Bytes of the state file.")
    yield write_line("apiserver_storage_size_bytes", (("storage_cluster_id", "sqlite"),), os.path.getsize(server.store.path))
