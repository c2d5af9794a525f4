"""Objects as a metav1.Table: the server-side printing that `kubectl get` shows.

https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer
    from minikube_py.client.request import Request

Object = dict[str, Any]

SHOWN: dict[str, Callable[[Object], Object]] = {  # of an object, in its row
    "Metadata": lambda obj: {
        "object": {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}
    },
    "Object": lambda obj: {"object": obj},
    "None": lambda obj: {},
}
SCALE_COLUMNS = (
    NAME,
    Column("Desired", lambda scale, now: (scale.get("spec") or {}).get("replicas", 0), type="integer"),
    Column("Available", lambda scale, now: scale["status"]["replicas"], type="integer"),
    AGE,
)


def columns_of(kind: Kind) -> Sequence[Column]:
    """Return the columns of a kind's table: name and age where it has none of its own."""
    return kind.columns or (NAME, AGE)


def answer_kind_table(server: ApiServer, kind: Kind, items: Iterable[Object], request: Request, **metadata: Any) -> Object:
    """Return the Table of stored objects: by the columns of the version that was asked for, else by the stored kind's."""
    if kind.view is not None and kind.view.columns:
        return answer_table(server, kind.view.columns, [kind.show(obj) for obj in items], request, **metadata)
    if kind.sort is not None:
        items = sorted(items, key=kind.sort)
    return answer_table(server, columns_of(kind), items, request, **metadata)


def answer_written(server: ApiServer, kind: Kind, written: Object, request: Request) -> Object:
    """Return the Table of an object, or a list of them, that a write answers with."""
    if "items" in written:
        return answer_kind_table(server, kind, written["items"], request, **written["metadata"])
    return answer_kind_table(server, kind, [written], request)


def answer_table(
    server: ApiServer, columns: Sequence[Column], items: Iterable[Object], request: Request, **metadata: Any
) -> Object:
    """Return the Table that a request asks for. Without `metadata` it has the resourceVersion of its one object."""
    meta = metadata
    if not meta:
        items = list(items)
        meta = {key: value for key, value in items[0]["metadata"].items() if key == "resourceVersion"}
    include = request.params.get("includeObject") or "Metadata"
    if include not in SHOWN:
        from minikube_py.apimachinery.errors import BadRequest, invalid

        problem = invalid("includeObject", include, "must be 'Metadata', 'Object', 'None', or empty")
        raise BadRequest(f"Unable to convert to Table as requested: {problem}")
    encode: Callable[[Object], Any] | None = None
    if request.encoding:
        from minikube_py.apiserver.wire import encode_plain as encode
    return make_table(columns, items, meta, server.now(), include, encode)


def make_table(
    columns: Sequence[Column],
    items: Iterable[Object],
    metadata: Object,
    now: float,
    include: str = "Metadata",
    encode: Callable[[Object], Any] | None = None,
) -> Object:
    """Return the Table of `items`; its rows carry as much of the objects as `include` says: Metadata, Object or None.

    With `encode` it has what that makes of each row, before the next object is taken.
    """
    cells, show = [c.cell for c in columns], SHOWN[include]

    def make_row(obj: Object) -> Object:
        return {"cells": [cell(obj, now) for cell in cells], **show(obj)}

    rows = [make_row(obj) for obj in items] if encode is None else [encode(make_row(obj)) for obj in items]
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
