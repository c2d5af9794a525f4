"""cluster-info dump: objects, events and logs, all that helps to find out what is wrong with a cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.print_flags import PRINT_FLAGS, make_flagged_printer
from minikube_py.cli_runtime.printers.go_json import like_go
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import NAMESPACES, NODES, PODS
from minikube_py.client.streams import LogRequest, StreamError
from minikube_py.component_base.os_errors import tell_os_error
from minikube_py.kubectl.podcmd import timeout_flag

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.client.resources import Resource

Object = dict[str, Any]

EXAMPLES = """
  # everything of the namespaces kube-system and default
  mk cluster-info dump

  # of all namespaces, into files
  mk cluster-info dump --all-namespaces --output-directory=state
"""

FLAGS = (
    *(f._replace(default="json") if f.name == "output" else f for f in PRINT_FLAGS),
    flag("all-namespaces", "A", False, "All namespaces, whatever --namespaces says"),
    flag("namespaces", kind="slice", help="These namespaces"),
    flag("output-directory", help="Make files in this folder; - is stdout"),
    timeout_flag(20.0),
)

FILES = (
    ("v1", "Event", "events"),
    ("v1", "ReplicationController", "replication-controllers"),
    ("v1", "Service", "services"),
    ("apps/v1", "DaemonSet", "daemonsets"),
    ("apps/v1", "Deployment", "deployments"),
    ("apps/v1", "ReplicaSet", "replicasets"),
    ("v1", "Pod", "pods"),
)
"""What is dumped of each namespace, in this order, and the file's name."""

EXTENSIONS = {"json": ".json", "yaml": ".yaml"}


class Options(NamedTuple):
    """What is dumped, and where to; an empty folder is stdout."""

    flags: Parsed
    folder: str


def complete(flags: Parsed) -> Options:
    """Turn flags into options. Raises CliError."""
    if flags["pod-running-timeout"] <= 0:
        raise CliError("--pod-running-timeout must be higher than zero")
    folder = flags["output-directory"]
    return Options(flags, "" if folder == "-" else folder)


def run(flags: Parsed, factory: Factory) -> int:
    """Dump nodes, then each namespace's objects and its pods' logs."""
    options = complete(flags)
    dumper = Dumper(options, factory)
    dumper.print_list(factory.client().list(NODES), NODES, "nodes")
    for namespace in choose_namespaces(flags, factory):
        for api_version, kind, name in FILES:
            resource = factory.discovery.find_kind(api_version, kind).resource
            found = factory.client().list(resource, namespace)
            dumper.print_list(found, resource, f"{namespace}/{name}")
            if resource == PODS or kind == "Pod":
                dumper.print_logs(found["items"], namespace)
    if options.folder:
        factory.write(f"Cluster info dumped to {options.folder}\n")
    return 0


def choose_namespaces(flags: Parsed, factory: Factory) -> list[str]:
    """Return the namespaces to dump."""
    if flags["all-namespaces"]:
        return [item["metadata"]["name"] for item in factory.client().list(NAMESPACES)["items"]]
    return flags["namespaces"] or ["kube-system", factory.namespace]


class Dumper:
    """Writes into files below a folder, or all to stdout."""

    def __init__(self, options: Options, factory: Factory) -> None:
        self._folder, self._factory = options.folder, factory
        self._printer, output = make_flagged_printer(options.flags), options.flags["output"]
        if output == "json":
            self._printer = like_go(self._printer)
        self._typed = output in EXTENSIONS  # items of a list do not say what they are, where they are Go's structs
        self._extension = EXTENSIONS.get(output, ".txt")

    def print_list(self, found: Object, resource: Resource, name: str) -> None:
        """Print a list in the format that was asked for."""
        api_version = f"{resource.group}/{resource.version}" if resource.group else resource.version
        typed = {"kind": f"{resource.kind}List", "apiVersion": api_version, **found}
        if self._typed:
            typed["items"] = [{k: v for k, v in item.items() if k not in ("kind", "apiVersion")} for item in typed["items"]]
        with self._open(name + self._extension) as out:
            self._printer.print_obj(typed, out)

    def print_logs(self, pods: list[Object], namespace: str) -> None:
        """Print what the containers of pods wrote, init containers first."""
        for pod in pods:
            name, spec = pod["metadata"]["name"], pod["spec"]
            with self._open(f"{namespace}/{name}/logs.txt") as out:
                for container in (*(spec.get("initContainers") or ()), *spec["containers"]):
                    where = f"logs for container {container['name']} of pod {namespace}/{name} ====\n"
                    out.write(f"==== START {where}")
                    self._print_log(namespace, name, container["name"], out)
                    out.write(f"==== END {where}")

    def _print_log(self, namespace: str, pod: str, container: str, out: TextIO) -> None:
        try:
            for part in self._factory.connection.streams.logs(namespace, pod, LogRequest(container)):
                out.write(part.decode("utf-8", "surrogateescape"))
        except StatusError as error:
            out.write(f"Request log error: {error.message}\n")
        except StreamError as error:
            out.write(f"Request log error: {error}\n")

    @contextmanager
    def _open(self, name: str) -> Iterator[TextIO]:
        """Give a new file, or stdout. What is dumped may be secret, so files are their owner's only."""
        if not self._folder:
            yield self._factory.streams.stdout
            return
        path = os.path.join(self._folder, name)
        try:
            os.makedirs(os.path.dirname(path) or ".", 0o700, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise CliError(f"open {path}: {tell_os_error(error)}") from error
        with open(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            yield file


VERB = Verb(
    "dump",
    "Write all that helps to find out what is wrong",
    run,
    FLAGS,
    "[flags]",
    "Prints the cluster's nodes and, of each namespace, its events, workloads, services and pods with their logs; by default of kube-system and "
    "the current namespace. With --output-directory it makes files instead, which only you can read.",
    EXAMPLES,
)
