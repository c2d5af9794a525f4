"""Objects as a metav1.Table: the server-side printing that `kubectl get` shows.

https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
"""

from __future__ import annotations

from typing import Any

from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Kind

Object = dict[str, Any]


def make_table(kind: Kind, items: list[Object], metadata: Object, now: float, *, whole_objects: bool = False) -> Object:
    """Return the Table of `items`; rows carry a PartialObjectMetadata, or the whole object where asked."""
    columns = kind.columns or (NAME, AGE)
    cells = [c.cell for c in columns]
    rows = [{"cells": [cell(obj, now) for cell in cells], "object": obj if whole_objects else _partial(obj)} for obj in items]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": [
            {"name": c.name, "type": c.type, "format": c.format, "description": c.description, "priority": c.priority}
            for c in columns
        ],
        "rows": rows,
    }


def _partial(obj: Object) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}
