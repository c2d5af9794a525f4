"""Deployments, with the replica sets of their revisions."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.unstructured import is_controlled_by
from minikube_py.client.resources import REPLICA_SETS
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE, write_labels_and_annotations
from minikube_py.kubectl.describe.pod_template import write_pod_template
from minikube_py.kubectl.describe.times import format_time
from minikube_py.kubectl.describe.workloads import write_conditions
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

HASH_LABEL = "pod-template-hash"
OPTIONAL_MAPS = ("annotations", "labels", "limits", "nodeSelector", "requests", "resources")
"""Fields of a template that may as well be empty as not there; other empty objects, such as an emptyDir, say something."""


def describe(obj: Object, context: Context) -> None:
    """Write a deployment."""
    writer, spec = context.writer, obj["spec"]
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Namespace", obj["metadata"].get("namespace", ""))
    writer.field(0, "CreationTimestamp", format_time(obj["metadata"].get("creationTimestamp")))
    write_labels_and_annotations(obj, writer)
    writer.field(0, "Selector", selector_from_object(spec.get("selector")))
    _write_replicas(obj, writer)
    _write_strategy(spec, writer)
    write_pod_template(spec["template"], writer)
    write_conditions(obj, writer)
    old, new = find_replica_sets(obj, context)
    if old or new:
        writer.field(0, "OldReplicaSets", _format_replica_sets(old))
        writer.field(0, "NewReplicaSet", _format_replica_sets(new))
    write_events_of(obj, context)


def _write_replicas(obj: Object, writer: Writer) -> None:
    status = obj.get("status") or {}
    counts = [f"{obj['spec'].get('replicas', 0)} desired"]
    for field, title in (
        *(("updatedReplicas", "updated"), ("replicas", "total")),
        *(("availableReplicas", "available"), ("unavailableReplicas", "unavailable")),
    ):
        counts.append(f"{status.get(field, 0)} {title}")
    writer.field(0, "Replicas", " | ".join(counts))


def _write_strategy(spec: Object, writer: Writer) -> None:
    strategy = spec.get("strategy") or {}
    writer.field(0, "StrategyType", strategy.get("type", ""))
    writer.field(0, "MinReadySeconds", spec.get("minReadySeconds", 0))
    if (rolling := strategy.get("rollingUpdate")) is not None:
        unavailable, surge = (rolling.get(name, "<nil>") for name in ("maxUnavailable", "maxSurge"))
        writer.field(0, "RollingUpdateStrategy", f"{unavailable} max unavailable, {surge} max surge")


def find_replica_sets(deployment: Object, context: Context) -> tuple[list[Object], list[Object]]:
    """Return the replica sets of former revisions, oldest first, and the one of the present template; none on errors."""
    selector = str(selector_from_object(deployment["spec"].get("selector")))
    found = context.find(REPLICA_SETS, deployment["metadata"].get("namespace", ""), label_selector=selector)
    owned = [replica_set for replica_set in found if is_controlled_by(replica_set, deployment)]
    owned.sort(key=lambda obj: (obj["metadata"].get("creationTimestamp") or "", obj["metadata"]["name"]))
    template = _strip_template(deployment["spec"]["template"])
    new = next((obj for obj in owned if _strip_template(obj["spec"]["template"]) == template), None)
    return [obj for obj in owned if obj is not new], [new] if new else []


def _strip_template(template: Object) -> Any:
    """Return a template without what makes no difference: the hash label, and empty fields."""
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH_LABEL}
    return _without_empty({**template, "metadata": {**metadata, "labels": labels}})


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        stripped = {key: _without_empty(item) for key, item in value.items()}
        return {k: v for k, v in stripped.items() if v is not None and v != [] and (v != {} or k not in OPTIONAL_MAPS)}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value


def _format_replica_sets(replica_sets: list[Object]) -> str:
    return ", ".join(map(_format_replica_set, replica_sets)) or NONE


def _format_replica_set(obj: Object) -> str:
    created, wanted = (obj.get("status") or {}).get("replicas", 0), obj["spec"].get("replicas", 0)
    return f"{obj['metadata']['name']} ({created}/{wanted} replicas created)"
