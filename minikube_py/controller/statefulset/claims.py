"""The claims of a stateful set's pods, and who owns them, so that they go when they are to go. Pure.

https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.client.adoption import new_controller_reference

Object = dict[str, Any]
CONFLICT = (
    "PersistentVolumeClaim {} has a conflicting OwnerReference that acts as a manging controller, "
    "the retention policy is ignored for this claim"
)


def claim_name(stateful_set: Object, template: Object, ordinal: int) -> str:
    """Return the name of an ordinal's claim."""
    return f"{template['metadata']['name']}-{stateful_set['metadata']['name']}-{ordinal}"


def make_claims(stateful_set: Object, ordinal: int) -> Iterator[Object]:
    """Yield the claims of an ordinal."""
    spec = stateful_set["spec"]
    for template in spec.get("volumeClaimTemplates") or ():
        metadata = {k: deep_copy(v) for k, v in template["metadata"].items() if k in ("annotations", "finalizers") and v}
        labels = {**(template["metadata"].get("labels") or {}), **(spec["selector"].get("matchLabels") or {})}
        yield {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {
                **metadata,
                "name": claim_name(stateful_set, template, ordinal),
                "namespace": stateful_set["metadata"]["namespace"],
                **({"labels": labels} if labels else {}),
            },
            "spec": deep_copy(template["spec"]),
        }


def policy_of(stateful_set: Object) -> tuple[bool, bool]:
    """Return whether claims go when the stateful set is scaled down, and when it is deleted."""
    policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    return policy.get("whenScaled") == "Delete", policy.get("whenDeleted") == "Delete"


def is_stale(claim: Object, pod: Object) -> bool:
    """Return whether a claim waits for the end of a former pod of this name."""
    return _has_stale_owner(claim, pod)


def _matches(reference: Object, owner: Object) -> bool:
    same = (reference["apiVersion"], reference["kind"]) == (owner["apiVersion"], owner["kind"])
    return same and bool(reference["name"] == owner["metadata"]["name"])


def _references(claim: Object) -> list[Object]:
    return claim["metadata"].get("ownerReferences") or []


def _has_stale_owner(claim: Object, owner: Object) -> bool:
    first = next((r for r in _references(claim) if _matches(r, owner)), None)
    return first is not None and first["uid"] != owner["metadata"].get("uid")


def _is_owned_by(claim: Object, owner: Object) -> bool:
    uid = owner["metadata"].get("uid")
    return any(reference["uid"] == uid for reference in _references(claim))


def has_foreign_controller(claim: Object, stateful_set: Object, pod: Object) -> bool:
    """Return whether somebody else decides about a claim for which there is a policy."""
    if not any(policy_of(stateful_set)):
        return False
    for reference in _references(claim):
        owner = next((o for o in (stateful_set, pod) if _matches(reference, o)), None)
        if owner is not None and reference["uid"] != owner["metadata"].get("uid"):
            return True
        if owner is None and reference.get("controller"):
            return True
    return False


def _wanted_owners(stateful_set: Object, pod: Object, in_range: bool) -> list[Object]:
    """Return who is to own the claim: the set, to go with it, or a pod on its way out, to go with that."""
    when_scaled, when_deleted = policy_of(stateful_set)
    if when_scaled and not in_range:
        return [pod]
    return [stateful_set] if when_deleted else []


def is_owner_right(claim: Object, stateful_set: Object, pod: Object, in_range: bool) -> bool:
    """Return whether a claim's owners are as the policy wants it; claims of former sets and pods are left alone."""
    if _has_stale_owner(claim, stateful_set) or _has_stale_owner(claim, pod):
        return True
    owned = [owner for owner in (stateful_set, pod) if _is_owned_by(claim, owner)]
    if has_foreign_controller(claim, stateful_set, pod):
        return not owned
    uids = {owner["metadata"]["uid"] for owner in owned}
    if any(reference["uid"] in uids and not reference.get("controller") for reference in _references(claim)):
        return False
    return owned == _wanted_owners(stateful_set, pod, in_range)


def set_owners(claim: Object, stateful_set: Object, pod: Object, in_range: bool) -> Object:
    """Return the claim with the owners that the policy wants; beside a foreign controller neither set nor pod owns it."""
    others = [r for r in _references(claim) if not _matches(r, stateful_set) and not _matches(r, pod)]
    foreign = has_foreign_controller(claim, stateful_set, pod)
    wanted = [] if foreign else _wanted_owners(stateful_set, pod, in_range)
    changed = deep_copy(claim)
    changed["metadata"]["ownerReferences"] = others + [new_controller_reference(owner) for owner in wanted]
    return changed
