"""Which volume a claim gets: the rules that the binder and the scheduler share.

Upstream: k8s.io/component-helpers/storage/volume. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.node_affinity import matches_term
from minikube_py.apimachinery.quantity import Quantity, parse_quantity
from minikube_py.apis.core.persistent_storage import storage_class_of
from minikube_py.client.events import make_reference

Object = dict[str, Any]
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
STORAGE_PROVISIONERS = ("volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner")
NO_PROVISIONER = "kubernetes.io/no-provisioner"


class Classes(Protocol):
    """A cache of storage classes."""

    def get(self, namespace: str, name: str) -> Object | None: ...


def annotations_of(obj: Object) -> dict[str, str]:
    """Return an object's annotations."""
    return obj["metadata"].get("annotations") or {}


def size_asked(claim: Object) -> Quantity:
    """Return how much a claim wants."""
    return parse_quantity(((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage") or "0")


def size_of(volume: Object) -> Quantity:
    """Return how much a volume has."""
    return parse_quantity((volume["spec"].get("capacity") or {}).get("storage") or "0")


def is_fully_bound(claim: Object) -> bool:
    """Return whether the binder is done with a claim."""
    return bool(claim["spec"].get("volumeName")) and BIND_COMPLETED in annotations_of(claim)


def waits_for_consumer(claim: Object, classes: Classes) -> bool:
    """Return whether a claim is bound only when a pod that uses it is scheduled."""
    name = storage_class_of(claim)
    found = classes.get("", name) if name else None
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def is_bound_to(volume: Object, claim: Object) -> bool:
    """Return whether a volume is meant for a claim, by name and, once that is known, by uid."""
    reference, metadata = volume["spec"].get("claimRef"), claim["metadata"]
    if reference is None:
        return False
    if (reference.get("namespace"), reference.get("name")) != (metadata["namespace"], metadata["name"]):
        return False
    return reference.get("uid") in (None, "", metadata["uid"])


def matches_volume_node(volume: Object, node: Object) -> bool:
    """Return whether a volume can be reached from a node."""
    required = (volume["spec"].get("nodeAffinity") or {}).get("required")
    return required is None or any(matches_term(term, node) for term in required.get("nodeSelectorTerms") or ())


def has_modes(volume: Object, claim: Object) -> bool:
    """Return whether a volume can be used in every way that a claim asks for."""
    return set(claim["spec"].get("accessModes") or ()) <= set(volume["spec"].get("accessModes") or ())


def differs_in_mode(volume: Object, claim: Object) -> bool:
    """Return whether one is a file system and the other a device."""
    modes = {part["spec"].get("volumeMode") or "Filesystem" for part in (volume, claim)}
    return len(modes) > 1


def find_mismatch(volume: Object, claim: Object) -> str:
    """Return why a claim cannot have the volume that it names, "" where it can."""
    if size_asked(claim) > size_of(volume):
        return "requested PV is too small"
    if storage_class_of(volume) != storage_class_of(claim):
        return "storageClassName does not match"
    if differs_in_mode(volume, claim):
        return "incompatible volumeMode"
    return "" if has_modes(volume, claim) else "incompatible accessMode"


def find_volume(claim: Object, volumes: Iterable[Object], *, delayed: bool) -> Object | None:
    """Return the volume a claim gets without a pod: of those with the fewest access modes that do, the smallest.

    `delayed`: only one that was made or set aside for this claim.
    """
    groups: dict[frozenset[str], list[Object]] = {}
    for volume in volumes:
        if has_modes(volume, claim):
            groups.setdefault(frozenset(volume["spec"].get("accessModes") or ()), []).append(volume)
    for modes in sorted(groups, key=len):
        if (found := _find_smallest(claim, groups[modes], None, (), delayed)) is not None:
            return found
    return None


def find_volume_for_node(
    claim: Object, volumes: Iterable[Object], node: Object, excluded: Collection[str] = ()
) -> Object | None:
    """Return the smallest volume that a claim of a pod on `node` can have, other than the `excluded` ones."""
    return _find_smallest(claim, [v for v in volumes if has_modes(v, claim)], node, excluded, False)


def _find_smallest(
    claim: Object, volumes: Iterable[Object], node: Object | None, excluded: Collection[str], delayed: bool
) -> Object | None:
    asked, fitting = size_asked(claim), []
    for volume in sorted(volumes, key=lambda v: str(v["metadata"]["name"])):
        reference = volume["spec"].get("claimRef")
        if volume["metadata"]["name"] in excluded or (reference is not None and not is_bound_to(volume, claim)):
            continue
        if size_of(volume) < asked or differs_in_mode(volume, claim) or volume["metadata"].get("deletionTimestamp"):
            continue
        reachable = node is None or matches_volume_node(volume, node)
        if reference is not None:
            return volume if reachable else None
        if reachable and not delayed and _is_free(volume, claim):
            fitting.append(volume)
    return min(fitting, key=size_of, default=None)


def _is_free(volume: Object, claim: Object) -> bool:
    if (volume.get("status") or {}).get("phase") != "Available" or storage_class_of(volume) != storage_class_of(claim):
        return False
    selector = claim["spec"].get("selector")
    return selector is None or selector_from_object(selector).matches(volume["metadata"].get("labels") or {})


def set_aside(volume: Object, claim: Object) -> Object:
    """Return a volume with a reference to the claim that gets it."""
    reference = volume["spec"].get("claimRef")
    if reference is not None and reference.get("uid") == claim["metadata"]["uid"]:
        return volume
    metadata = volume["metadata"]
    if reference is None:  # nobody but the control plane chose this volume
        metadata = {**metadata, "annotations": {**annotations_of(volume), BOUND_BY_CONTROLLER: "yes"}}
    return {**volume, "metadata": metadata, "spec": {**volume["spec"], "claimRef": make_reference(claim)}}


def list_claim_names(pod: Object) -> list[tuple[str, bool]]:
    """Return the claims that a pod uses, each with whether the pod itself owns it (generic ephemeral volumes)."""
    names = []
    for volume in pod["spec"].get("volumes") or ():
        if (source := volume.get("persistentVolumeClaim")) is not None:
            names.append((str(source.get("claimName", "")), False))
        elif volume.get("ephemeral") is not None:
            names.append((f"{pod['metadata']['name']}-{volume['name']}", True))
    return names
