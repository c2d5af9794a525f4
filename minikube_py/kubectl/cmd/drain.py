"""drain: empties nodes for maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.dry_run import get_dry_run
from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import PODS
from minikube_py.kubectl.drain.cordon import NODE_FLAGS, check_node_arguments, cordon_all, find_nodes, print_line
from minikube_py.kubectl.drain.evictor import Evictor, How, SeveralErrors
from minikube_py.kubectl.drain.filters import Rules, group_by_text, judge

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # move the pods of a node elsewhere; those of daemon sets stay
  mk drain minikube-m02 --ignore-daemonsets

  # even pods that nobody will make anew, and their emptyDir volumes
  mk drain minikube-m02 --force --delete-emptydir-data

  # back into service
  mk uncordon minikube-m02
"""

FLAGS = (
    *NODE_FLAGS,
    flag("force", default=False, help="Also remove pods that have no controller"),
    flag("ignore-daemonsets", default=False, help="Leave pods of daemon sets where they are"),
    flag("delete-emptydir-data", default=False, help="Also remove pods whose emptyDir volumes are lost with them"),
    flag("grace-period", default=-1, help="Seconds that each pod has to end; -1 is its own"),
    flag("timeout", kind="duration", default=0.0, help="Give up after this long; 0 is never"),
    flag("pod-selector", help="Only pods with these labels"),
    flag("disable-eviction", default=False, help="Delete pods, whatever disruption budgets say"),
    flag("skip-wait-for-delete-timeout", default=0, help="Do not wait for pods that have been going for longer than this"),
    flag("chunk-size", default=500, help="Ask for this many pods at a time; 0 for all at once"),
)


class Plan(NamedTuple):
    """The pods of a node that are to go, what to warn of, and what stands in the way."""

    pods: list[Object]
    warning: str
    errors: list[str]


def validate(flags: Parsed) -> None:
    """Refuse a pod selector that is none."""
    from minikube_py.apimachinery.labels import parse_selector

    try:
        parse_selector(flags["pod-selector"])
    except ValueError as error:
        raise CliError("--pod-selector=<pod_selector> must be a valid label selector") from error


def run(flags: Parsed, factory: Factory) -> None:
    """Cordon the nodes, then empty one after the other; raises at the end what kept some of them from it."""
    check_node_arguments(flags, "drain NODE")
    dry_run = get_dry_run(flags, factory)
    validate(flags)
    nodes = find_nodes(flags, factory)
    cordon_all(nodes, factory, dry_run, unschedulable=True)
    failed: dict[str, CliError] = {}
    for info in nodes:
        try:
            empty(flags, factory, info.name, dry_run)
        except CliError as error:
            factory.warn(f'error: unable to drain node "{info.name}" due to error: {error.message}, continuing command...')
            failed[info.name] = error
            continue
        print_line(info.object or {}, factory, "drained", dry_run)
    if failed:
        factory.warn("\n".join(["There are pending nodes to be drained:", *(f" {name}" for name in failed)]))
        raise_all(list(failed.values()))


def raise_all(problems: list[CliError]) -> None:
    """Raise what kept nodes from being drained: the errors of a single node one by one, those of several in a line each."""
    if len(problems) > 1:
        raise AggregateError(problems)
    (problem,) = problems
    if isinstance(problem, SeveralErrors):
        raise AggregateError([CliError(text) for text in problem.texts])
    raise problem


def make_plan(flags: Parsed, factory: Factory, node: str) -> Plan:
    """Return what draining a node means. Raises CliError where the pods cannot be listed."""
    client = factory.client()
    apps = factory.discovery.find_kind
    rules = Rules(
        flags["force"],
        flags["ignore-daemonsets"],
        flags["delete-emptydir-data"],
        flags["skip-wait-for-delete-timeout"],
        factory.cluster_clock.now(),
        lambda namespace, name: client.get(apps("apps/v1", "DaemonSet").resource, name, namespace),
    )
    try:
        where = {"labelSelector": flags["pod-selector"], "fieldSelector": f"spec.nodeName={node}"}
        pods = client.list_items(PODS, limit=flags["chunk-size"], **where)
    except StatusError as error:
        raise CliError(error.message) from error
    verdicts = [judge(pod, rules) for pod in pods]
    warnings = group_by_text(pods, [verdict.warning for verdict in verdicts])
    errors = group_by_text(pods, [verdict.error for verdict in verdicts])
    return Plan(
        [pod for pod, verdict in zip(pods, verdicts, strict=True) if verdict.goes],
        "; ".join(f"{text}: {', '.join(names)}" for text, names in warnings.items()),
        [f"cannot delete {text}: {', '.join(names)}" for text, names in errors.items()],
    )


def empty(flags: Parsed, factory: Factory, node: str, dry_run: str) -> None:
    """Get the pods off one node. Raises CliError."""
    plan = make_plan(flags, factory, node)
    if plan.errors:
        raise SeveralErrors(plan.errors)
    if plan.warning:
        factory.warn(f"Warning: {plan.warning}")
    if dry_run == "client":
        for pod in plan.pods:
            factory.write(f"evicting pod {pod['metadata']['namespace']}/{pod['metadata']['name']} (dry run)\n")
        return
    how = How(not flags["disable-eviction"], flags["grace-period"], flags["timeout"], dry_run)
    try:
        Evictor(factory, node, how).remove(plan.pods)
    except CliError as error:
        tell_pending(factory, node, make_plan(flags, factory, node), error)
        raise


def tell_pending(factory: Factory, node: str, plan: Plan, error: CliError) -> None:
    """Say which pods are left."""
    if plan.pods:
        factory.warn(f'There are pending pods in node "{node}" when an error occurred: {error.message}')
        for pod in plan.pods:
            factory.warn(f"pod/{pod['metadata']['name']}")


VERB = Verb(
    "drain",
    "Empty a node: cordon it and evict its pods",
    run,
    FLAGS,
    "NODE",
    """Marks nodes unschedulable and evicts their pods, as far as disruption budgets allow; waits until the pods have ended.
Pods of daemon sets are never removed. Pods without a controller, and those with emptyDir volumes, must be allowed by flags.""",
    EXAMPLES,
)
