"""Sharing endpoints out to EndpointSlices with as few writes as may be. Upstream: k8s.io/endpointslice.

Endpoints of the same ports stand together, at most MAX_ENDPOINTS a slice. A slice keeps those it has; new ones fill up slices
before a new slice is begun; a slice that is no longer needed is used again where one would be made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.client.adoption import new_controller_reference
from minikube_py.client.object_writes import delete_exactly
from minikube_py.client.resources import ENDPOINT_SLICES
from minikube_py.client.rest import Client
from minikube_py.client.service_endpoints import TRIGGER_ANNOTATION

Object = dict[str, Any]
MAX_ENDPOINTS = 100
SERVICE_NAME_LABEL = "kubernetes.io/service-name"


class Group(NamedTuple):
    """Endpoints that serve the same ports at addresses of one type."""

    address_type: str
    ports: list[Object]
    endpoints: list[Object]


class Frame(NamedTuple):
    """What the slices of one owner have alike."""

    owner: Object  # the Service, or the Endpoints that are mirrored
    labels: dict[str, str]
    annotations: dict[str, str]


class Changes(NamedTuple):
    """What is to be done with slices."""

    create: list[Object]
    update: list[Object]
    delete: list[Object]


def plan_slices(groups: Iterable[Group], existing: Iterable[Object], frame: Frame) -> Changes:
    """Return how the existing slices come to hold the groups' endpoints. Nothing given is changed."""
    changes = Changes([], [], [])
    left = {(group.address_type, _ports_key(group.ports)): group for group in groups}
    by_ports: dict[tuple[str, str], list[Object]] = {key: [] for key in left}
    for slice_ in sorted(existing, key=lambda s: s["metadata"]["name"]):
        key = (slice_["addressType"], _ports_key(slice_.get("ports") or []))
        if key in by_ports and not slice_["metadata"].get("deletionTimestamp"):
            by_ports[key].append(slice_)
        else:
            changes.delete.append(slice_)
    for key, group in left.items():
        _plan_group(group, by_ports[key], frame, changes)
    _reuse(changes)
    return changes


def _plan_group(group: Group, slices: list[Object], frame: Frame, changes: Changes) -> None:
    missing = {_identify(endpoint): endpoint for endpoint in group.endpoints}
    kept = [(s, [missing.pop(_identify(e)) for e in s.get("endpoints") or () if _identify(e) in missing]) for s in slices]
    waiting = list(missing.values())
    used, spare = [item for item in kept if item[1]], [slice_ for slice_, endpoints in kept if not endpoints]
    for _, endpoints in sorted(used, key=lambda item: -len(item[1])):  # the fullest first: fewer are left half empty
        room = MAX_ENDPOINTS - len(endpoints)
        endpoints += waiting[:room]
        del waiting[:room]
    chunks = [waiting[start : start + MAX_ENDPOINTS] for start in range(0, len(waiting), MAX_ENDPOINTS)]
    for chunk in chunks if group.endpoints else [[]]:  # a Service without endpoints has one empty slice
        if spare:
            used.append((spare.pop(0), chunk))
        else:
            changes.create.append(_new_slice(group._replace(endpoints=chunk), frame))
    for slice_, endpoints in used:
        _plan_update(slice_, endpoints, frame, changes)
    changes.delete.extend(spare)


def _plan_update(slice_: Object, endpoints: list[Object], frame: Frame, changes: Changes) -> None:
    metadata = slice_["metadata"]
    annotations = {k: v for k, v in (metadata.get("annotations") or {}).items() if k != TRIGGER_ANNOTATION}
    wanted = {k: v for k, v in frame.annotations.items() if k != TRIGGER_ANNOTATION}
    if (
        (slice_.get("endpoints") or []) == endpoints
        and (metadata.get("labels") or {}) == frame.labels
        and annotations == wanted
    ):
        return
    new = deep_copy(slice_)
    new["endpoints"] = endpoints
    _dress(new["metadata"], frame)
    changes.update.append(new)


def _dress(metadata: Object, frame: Frame) -> None:
    metadata["labels"] = dict(frame.labels)
    metadata.pop("annotations", None)
    if frame.annotations:
        metadata["annotations"] = dict(frame.annotations)


def _new_slice(group: Group, frame: Frame) -> Object:
    owner = frame.owner["metadata"]
    base = owner["name"] if owner["name"].endswith("-") else f"{owner['name']}-"
    metadata: Object = {
        "generateName": base,
        "namespace": owner["namespace"],
        "ownerReferences": [new_controller_reference(frame.owner)],
    }
    _dress(metadata, frame)
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata,
        "addressType": group.address_type,
        "endpoints": group.endpoints,
        "ports": group.ports,
    }


def _reuse(changes: Changes) -> None:
    """Turn a creation and a deletion of slices with the same type of addresses into one update."""
    for wanted in list(changes.create):
        old = next((s for s in changes.delete if s["addressType"] == wanted["addressType"] and _is_alive(s)), None)
        if old is None:
            continue
        changes.create.remove(wanted)
        changes.delete.remove(old)
        new = deep_copy(old)
        new |= {"endpoints": wanted["endpoints"], "ports": wanted["ports"]}
        new["metadata"]["labels"] = wanted["metadata"]["labels"]
        new["metadata"].pop("annotations", None)
        if "annotations" in wanted["metadata"]:
            new["metadata"]["annotations"] = wanted["metadata"]["annotations"]
        changes.update.append(new)


def _is_alive(obj: Object) -> bool:
    return not obj["metadata"].get("deletionTimestamp")


def _identify(endpoint: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what makes an endpoint the same one: its addresses, host name and target, whatever its conditions."""
    target = endpoint.get("targetRef") or {}
    return (*sorted(endpoint["addresses"]), endpoint.get("hostname", ""), target.get("uid", ""))


def _ports_key(ports: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(sorted(json.dumps(dict(port), sort_keys=True) for port in ports))


def apply_changes(client: Client, changes: Changes) -> None:
    """Write what was planned. Raises StatusError."""
    for slice_ in changes.delete:
        delete_exactly(client, ENDPOINT_SLICES, slice_)
    for slice_ in changes.update:
        client.update(ENDPOINT_SLICES, slice_)
    for slice_ in changes.create:
        client.create(ENDPOINT_SLICES, slice_, slice_["metadata"]["namespace"])
