"""What the API server counts of its requests, as Prometheus reads it: the metrics of kube-apiserver that dashboards and tests look at.

https://kubernetes.io/docs/reference/instrumentation/metrics/
"""

from __future__ import annotations

import os
import resource
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.client.http_message import HttpAnswer, HttpRequest, make_answer
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
}
Labels = tuple[tuple[str, str], ...]


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
        return tuple(self._asdict().items())


class Metrics:
    """Counts on the event loop; any thread may write the page."""

    def __init__(self) -> None:
        self.inflight: Counter[str] = Counter(readOnly=0, mutating=0)
        self.dropped: Counter[str] = Counter()
        self.long_running: Counter[What] = Counter()
        self._requests: Counter[tuple[What, str, int]] = Counter()
        self._durations: defaultdict[What, Histogram] = defaultdict(Histogram)

    def count(self, ended: Ended, status: int, seconds: float) -> None:
        """Take in a request that was answered."""
        what = describe(ended)
        dry = "All" if "dryRun=All" in ended.message.target else ""
        self._requests[what, dry, status] += 1
        if what.verb != "WATCH" and status != 101:
            self._durations[what].add(seconds)

    def end_long_running(self, what: What) -> None:
        """Take note that a watch or a stream is over."""
        self.long_running[what] -= 1

    def answer(self, message: HttpRequest, server: KubeApiServer) -> HttpAnswer:
        """Return the page /metrics."""
        lines = [*self._write_requests(), *_write_process(), *_write_objects(server)]
        return make_answer(200, TEXT, ("\n".join(lines) + "\n").encode())

    def _write_requests(self) -> Iterator[str]:
        yield from _head("apiserver_request_total", "counter", "Requests by verb, dry run, resource and HTTP response code.")
        for (what, dry, status), number in sorted(self._requests.copy().items()):
            labels = (("code", str(status)), ("dry_run", dry), *what.label())
            yield _line("apiserver_request_total", labels, number)
        name = "apiserver_request_duration_seconds"
        yield from _head(name, "histogram", "How long requests took, by verb and resource.")
        for what, histogram in sorted(self._durations.copy().items(), key=lambda pair: pair[0]):
            yield from _write_histogram(name, what.label(), histogram)
        name = "apiserver_current_inflight_requests"
        yield from _head(name, "gauge", "Requests at work now, by kind.")
        yield from (_line(name, (("request_kind", kind),), number) for kind, number in sorted(self.inflight.items()))
        name = "apiserver_longrunning_requests"
        yield from _head(name, "gauge", "Watches and streams that are open now.")
        for what, number in sorted(self.long_running.copy().items()):
            yield _line(name, what.label(), number)
        name = "apiserver_dropped_requests_total"
        yield from _head(name, "counter", "Requests refused because there were too many, by kind.")
        yield from (_line(name, (("request_kind", kind),), number) for kind, number in sorted(self.dropped.copy().items()))


def describe(ended: Ended) -> What:
    """Return what a request was about. One that was refused has no verb but its method's: what it named need not be there."""
    request = ended.outcome.request
    if request is None or not request.resource or not ended.outcome.served:
        return What(ended.message.method if ended.message.method in VERBS.values() else "other", "", "", "", "", "")
    scope = "resource" if request.name else "namespace" if request.namespace else "cluster"
    verb = VERBS.get(request.verb, "DELETECOLLECTION")
    verb = {"exec": "CONNECT", "attach": "CONNECT", "portforward": "CONNECT", "proxy": "CONNECT"}.get(request.subresource, verb)
    return What(verb, request.group, request.version, request.resource, request.subresource, scope)


def _head(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, labels: Labels, value: float) -> str:
    escaped = ((key, text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")) for key, text in labels)
    shown = ",".join(f'{key}="{text}"' for key, text in escaped)
    return f"{name}{{{shown}}} {value}" if shown else f"{name} {value}"


def _write_histogram(name: str, labels: Labels, histogram: Histogram) -> Iterator[str]:
    total = 0
    for bound, number in zip((*BOUNDS, "+Inf"), histogram.counts, strict=True):
        total += number
        yield _line(f"{name}_bucket", (*labels, ("le", f"{bound:g}" if bound != "+Inf" else "+Inf")), total)
    yield _line(f"{name}_sum", labels, histogram.sum)
    yield _line(f"{name}_count", labels, total)


def _write_process() -> Iterator[str]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    values: Mapping[str, tuple[str, str, float]] = {
        "process_cpu_seconds_total": ("counter", "Processor time that this process used.", used.ru_utime + used.ru_stime),
        "process_resident_memory_bytes": ("gauge", "Memory of this process.", float(measure_memory(used))),
        "process_open_fds": ("gauge", "Files and sockets that this process has open.", float(count_files())),
    }
    for name, (kind, text, value) in values.items():
        yield from _head(name, kind, text)
        yield _line(name, (), value)
    version = describe_version()
    yield from _head("kubernetes_build_info", "gauge", "Always 1, with the version.")
    names = (("gitVersion", "git_version"), ("major", "major"), ("minor", "minor"), ("platform", "platform"))
    yield _line("kubernetes_build_info", tuple((label, str(version.get(key, ""))) for key, label in names), 1)


def measure_memory(used: Any) -> int:
    """Return the bytes of memory this process has: now where Linux tells it, else the most it had."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return int(used.ru_maxrss) * (1 if sys.platform == "darwin" else 1024)


def count_files() -> int:
    """Return how many descriptors this process has open."""
    try:
        return len(os.listdir("/dev/fd"))
    except OSError:
        return 0


def _write_objects(server: KubeApiServer) -> Iterator[str]:
    yield from _head("apiserver_storage_objects", "gauge", "Stored objects, by resource.")
    for name in sorted(server.store.resources()):
        yield _line("apiserver_storage_objects", (("resource", name),), server.store.count(name))
