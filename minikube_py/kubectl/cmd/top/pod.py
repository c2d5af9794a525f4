"""top pod: what pods use, or each of their containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.duration import format_seconds
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.client.resources import POD_METRICS, PODS
from minikube_py.component_base.clock import parse_rfc3339
from minikube_py.kubectl.metrics_client import (
    NOT_YET,
    check_fields,
    check_labels,
    check_sort,
    get_metrics,
    require_metrics_api,
)
from minikube_py.kubectl.top_tables import write_pod_table

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # pods of the namespace, and of all
  mk top pod
  mk top pod -A

  # each container of a pod
  mk top pod web --containers

  # which of the pods with a label use most, and the sum
  mk top pod -l app=web --sort-by=memory --sum
"""

FLAGS = (
    flag("all-namespaces", "A", False, "Pods of every namespace"),
    flag("containers", default=False, help="A line for each container"),
    flag("field-selector", help="Pods that have these fields"),
    flag("no-headers", default=False, help="Do not print the line of headings"),
    flag("selector", "l", help="Pods that have these labels"),
    flag("sort-by", help="Sort by cpu or memory, most first"),
    flag("sum", default=False, help="End with the sum"),
    flag("use-protocol-buffers", default=True, no_effect="measurements come as they are"),
)
USAGE = "pod [NAME | -l label]"
YOUNG_SECONDS = 120.0


def complete(flags: Parsed) -> str:
    """Return the pod's name, "" for all. Raises UsageError, CliError."""
    if len(flags.args) > 1:
        raise UsageError(USAGE)
    name = flags.args[0] if flags.args else ""
    check_sort(flags)
    if name and (flags["selector"] or flags["field-selector"]):
        raise CliError("only one of NAME or selector can be provided")
    return name


def run(flags: Parsed, factory: Factory) -> None:
    """Print the table."""
    name = complete(flags)
    check_labels(flags["selector"])
    check_fields(flags["field-selector"])
    require_metrics_api(factory)
    namespace = "" if flags["all-namespaces"] else factory.namespace
    metrics = get_metrics(factory, POD_METRICS, namespace, name, flags["selector"])
    if metrics and flags["field-selector"]:
        metrics = choose_by_fields(flags, factory, metrics, namespace)
    if not metrics:
        explain_nothing(flags, factory)
    write_pod_table(factory.streams.stdout, metrics, flags)


def choose_by_fields(flags: Parsed, factory: Factory, metrics: list[Object], namespace: str) -> list[Object]:
    """Return the metrics of pods that the field selector chooses: only pods know their fields."""
    pods = factory.client().list(PODS, namespace, flags["selector"], flags["field-selector"])["items"]
    chosen = {(pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in pods}
    return [one for one in metrics if (one["metadata"]["namespace"], one["metadata"]["name"]) in chosen]


def explain_nothing(flags: Parsed, factory: Factory) -> None:
    """Say that there are no pods. Raises CliError where there are some, of which nothing is known."""
    pods = factory.client().list(PODS, factory.namespace, flags["selector"], flags["field-selector"])["items"]
    for pod in pods:
        metadata = pod["metadata"]
        age = factory.cluster_clock.now() - parse_rfc3339(metadata["creationTimestamp"])
        if age > YOUNG_SECONDS:
            where = f"{metadata['namespace']}/{metadata['name']}"
            raise CliError(f"Metrics not available for pod {where}, age: {format_seconds(age)}")
    if pods:
        raise CliError(NOT_YET)
    factory.warn("No resources found" + ("" if flags["all-namespaces"] else f" in {factory.namespace} namespace."))


VERB = Verb(
    "pod",
    "Show what pods use",
    run,
    FLAGS,
    "[NAME | -l label]",
    "Shows what pods use: of cpu, the mean of the last seconds; of memory, what is resident now.",
    EXAMPLES,
    aliases=("pods", "po"),
)
