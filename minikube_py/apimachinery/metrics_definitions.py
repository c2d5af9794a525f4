"""OpenAPI definitions of metrics.k8s.io, which are no part of Kubernetes' own: metrics-server brings them."""

from __future__ import annotations

from typing import Any

_GROUP = "io.k8s.metrics.pkg.apis.metrics.v1beta1"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1"


def _refer(name: str, description: str = "") -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}", **({"description": description} if description else {})}


_USAGE = {
    "description": "What is used, by the name of the resource: cpu in cores, memory in bytes.",
    "type": "object",
    "additionalProperties": _refer("io.k8s.apimachinery.pkg.api.resource.Quantity"),
}
_TYPE = {
    "apiVersion": {"description": "The version of this representation of the object.", "type": "string"},
    "kind": {"description": "What the object is.", "type": "string"},
    "metadata": _refer(f"{_META}.ObjectMeta", "Name, and labels of what was measured."),
}
_WINDOW = {
    "timestamp": _refer(f"{_META}.Time", "When the measurement ended."),
    "window": {"description": "How long it took: the amounts are means over that time.", "type": "string"},
}

DEFINITIONS: dict[str, dict[str, Any]] = {
    f"{_GROUP}.ContainerMetrics": {
        "description": "What a container uses.",
        "type": "object",
        "required": ["name", "usage"],
        "properties": {"name": {"description": "The container's name in its pod.", "type": "string"}, "usage": _USAGE},
    },
    f"{_GROUP}.NodeMetrics": {
        "description": "What is used of a node.",
        "type": "object",
        "required": ["timestamp", "window", "usage"],
        "properties": {**_TYPE, **_WINDOW, "usage": _USAGE},
    },
    f"{_GROUP}.PodMetrics": {
        "description": "What the containers of a pod use.",
        "type": "object",
        "required": ["timestamp", "window", "containers"],
        "properties": {
            **_TYPE,
            **_WINDOW,
            "containers": {
                "description": "Each of the containers that run.",
                "type": "array",
                "items": _refer(f"{_GROUP}.ContainerMetrics"),
            },
        },
    },
}
