"""Claims for persistent volumes, with the pods that use them."""

from __future__ import annotations

from typing import Any

from minikube_py.apis.core.persistent_storage import storage_class_of
from minikube_py.client.resources import PODS
from minikube_py.kubectl.describe.claims import write_claim_storage
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import write_labels_and_annotations, write_lines
from minikube_py.kubectl.describe.persistentvolume import format_phase
from minikube_py.kubectl.describe.times import format_time
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def describe(obj: Object, context: Context) -> None:
    """Write a claim."""
    writer, spec, status = context.writer, obj["spec"], obj.get("status") or {}
    users = _find_users(obj, context.list(PODS, obj["metadata"].get("namespace", "")))
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Namespace", obj["metadata"].get("namespace", ""))
    writer.field(0, "StorageClass", storage_class_of(obj))
    writer.field(0, "Status", format_phase(obj, context.now))
    writer.field(0, "Volume", spec.get("volumeName", ""))
    write_labels_and_annotations(obj, writer)
    writer.field(0, "Finalizers", f"[{' '.join(obj['metadata'].get('finalizers') or ())}]")
    write_claim_storage(obj, writer)
    write_lines(writer, "Used By", sorted(users))
    if status.get("conditions"):
        _write_conditions(status["conditions"], writer)
    write_events_of(obj, context)


def _find_users(claim: Object, pods: list[Object]) -> list[str]:
    """Return the names of the pods that mount the claim, as often as they do, and of those that own it."""
    name, names = claim["metadata"]["name"], []
    for pod in pods:
        volumes = pod["spec"].get("volumes") or ()
        names += [pod["metadata"]["name"] for v in volumes if (v.get("persistentVolumeClaim") or {}).get("claimName") == name]
    owners = {o.get("uid") for o in claim["metadata"].get("ownerReferences") or () if o.get("kind") == "Pod"}
    owning = [pod["metadata"]["name"] for pod in pods if pod["metadata"].get("uid") in owners]
    return names + [name for name in owning if name not in names]


def _write_conditions(conditions: list[Object], writer: Writer) -> None:
    writer.write(0, "Conditions:\n")
    writer.write(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n")
    writer.write(1, "----\t------\t-----------------\t------------------\t------\t-------\n")
    for condition in conditions:
        times = [format_time(condition.get(field)) for field in ("lastProbeTime", "lastTransitionTime")]
        what = [condition.get(field, "") for field in ("type", "status")]
        why = [condition.get(field, "") for field in ("reason", "message")]
        writer.write(1, " \t".join([*what, *times, *why]) + "\n")
