"""The fields of a pod that the downward API hands to its containers, as environment variables and as files.

https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from minikube_py.kubelet.interfaces import Object


def extract_field(pod: Object, path: str) -> str:
    """Return the text of a fieldRef's `fieldPath`. Raises ValueError for a path that the downward API does not know."""
    metadata, subscript = pod.get("metadata", {}), _split_subscript(path)
    if subscript is not None:
        field, key = subscript
        if field not in ("metadata.labels", "metadata.annotations"):
            raise ValueError(f"field {path} is not supported")
        return str((metadata.get(field.removeprefix("metadata.")) or {}).get(key, ""))
    if path in ("metadata.labels", "metadata.annotations"):
        return format_map(metadata.get(path.removeprefix("metadata.")) or {})
    if path in ("status.podIPs", "status.hostIPs"):
        ips = pod.get("status", {}).get(path.removeprefix("status.")) or []
        return ",".join(entry["ip"] for entry in ips)
    if path not in _PLAIN:
        raise ValueError(f"field {path} is not supported")
    section, _, name = path.partition(".")
    return str(pod.get(section, {}).get(name, ""))


_PLAIN = {
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.podIP",
}


def _split_subscript(path: str) -> tuple[str, str] | None:
    if not path.endswith("']"):
        return None
    field, found, key = path[:-2].partition("['")
    return (field, key) if found else None


def format_map(entries: Mapping[str, str]) -> str:
    """Return labels or annotations as the downward API's lines `key="quoted value"`, sorted by key."""
    return "\n".join(f"{key}={json.dumps(entries[key], ensure_ascii=False)}" for key in sorted(entries))
