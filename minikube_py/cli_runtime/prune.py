"""apply --prune: deletes what an earlier apply made and this one leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.deletion import delete, parse_cascade
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.klog import warn_log
from minikube_py.cli_runtime.last_applied import get_original
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import make_result_printer
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.discovery import NoSuchKind, ResourceInfo
from minikube_py.client.request import Request

if TYPE_CHECKING:
    from minikube_py.cli_runtime.applyset import ApplySet
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

_NAMESPACED = (
    *(
        ("v1", kind)
        for kind in ("ConfigMap", "Endpoints", "PersistentVolumeClaim", "Pod", "ReplicationController", "Secret", "Service")
    ),
    *(("batch/v1", kind) for kind in ("Job", "CronJob")),
    ("networking.k8s.io/v1", "Ingress"),
    *(("apps/v1", kind) for kind in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")),
)
_CLUSTER_SCOPED = (("v1", "Namespace"), ("v1", "PersistentVolume"))

_DEPRECATED = (
    "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future "
    "release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag."
)


class Visited:
    """What an apply touched: uids of objects, and namespaces."""

    def __init__(self, factory: Factory) -> None:
        self.uids: set[str] = set()
        self.namespaces: set[str] = {factory.namespace} if factory.explicit_namespace else set()


def parse_allowlist(factory: Factory, allowlist: Sequence[str]) -> tuple[ResourceInfo, ...]:
    """Return the resources of `group/version/kind` texts, `core` being the group without a name. Raises CliError, NoSuchKind."""
    resources: list[ResourceInfo] = []
    for text in allowlist:
        parts = text.split("/")
        if len(parts) != 3:
            raise CliError(f"invalid GroupVersionKind format: {text}, please follow <group/version/kind>")
        group, version, kind = parts
        resources.append(factory.discovery.find_kind(version if group in ("", "core") else f"{group}/{version}", kind))
    return tuple(resources)


def prune(factory: Factory, visited: Visited, resources: Sequence[ResourceInfo], flags: Parsed, dry_run: str) -> None:
    """Delete what was applied before, has the selector's labels and was not visited. Raises CliError, StatusError."""
    policy = parse_cascade(flags, factory)
    printer = make_result_printer(flags, "pruned", dry_run)
    writer = Writer(factory, "", dry_run)
    for info in list_prunable(factory, visited, resources, flags["selector"]):
        if dry_run != "client":
            delete(writer, info, policy, flags["grace-period"])
        printer.print_obj(info.object or {}, factory.streams.stdout)


def prune_set(factory: Factory, visited: Visited, members: ApplySet, flags: Parsed, dry_run: str) -> None:
    """Delete the members of an apply set that were not visited. Raises CliError."""
    policy = parse_cascade(flags, factory)
    printer = make_result_printer(flags, "pruned", dry_run)
    writer = Writer(factory, "", dry_run)
    for info in members.list_prunable(visited.uids):
        if dry_run != "client":
            members.delete(writer, info, policy, flags["grace-period"])
        printer.print_obj(info.object or {}, factory.streams.stdout)


def _list_defaults(factory: Factory) -> list[ResourceInfo]:
    """Return the resources that are pruned where nothing is said, as far as they are served."""
    found: list[ResourceInfo] = []
    for api_version, kind in (*_NAMESPACED, *_CLUSTER_SCOPED):
        try:
            found.append(factory.discovery.find_kind(api_version, kind))
        except NoSuchKind:
            continue
    return found


def list_prunable(factory: Factory, visited: Visited, resources: Sequence[ResourceInfo], selector: str) -> Iterator[Info]:
    """Yield what is to go, of one kind after the other: those of one are deleted before the next are listed, as kubectl does."""
    if not resources:
        warn_log(factory, 71, _DEPRECATED, "prune.go")
        resources = list(_list_defaults(factory))
    namespaced = [
        (namespace, resource)
        for namespace in sorted(visited.namespaces - {""})
        for resource in resources
        if resource.namespaced
    ]
    everywhere = [("", resource) for resource in resources if not resource.namespaced]
    for namespace, resource in namespaced + everywhere:
        params = {"labelSelector": selector} if selector else {}
        request = Request("list", resource.group, resource.version, resource.plural, namespace, params=params)
        response = factory.client().send(request)
        factory.show_warnings(response.warnings)
        for obj in response.object["items"]:
            obj = {"apiVersion": resource.api_version, "kind": resource.kind, **obj}
            metadata = obj["metadata"]
            if get_original(obj) is not None and metadata["uid"] not in visited.uids:
                yield Info(resource, metadata.get("namespace", ""), metadata["name"], obj)
