"""Answers about kinds that are stored in another version than the one asked for."""

from __future__ import annotations

from typing import Any

from minikube_py.apis.kind import Kind

Object = dict[str, Any]


def show_answer(kind: Kind, answer: Any) -> Any:
    """Return an answer's object, List or Table in the version that was asked for; what is of another kind stays as it is."""
    if not isinstance(answer, dict):
        return answer
    if answer.get("kind") == "Table":
        rows = [{**row, "object": _show_object(kind, row["object"])} if "object" in row else row for row in answer["rows"]]
        return {**answer, "rows": rows}
    if answer.get("kind") == kind.list_kind:
        items = [kind.show(item) for item in answer["items"]]
        return {**answer, "kind": kind.asked.list_kind, "apiVersion": kind.asked.api_version, "items": items}
    return _show_object(kind, answer)


def _show_object(kind: Kind, obj: Object) -> Object:
    is_stored = (obj.get("apiVersion"), obj.get("kind")) == (kind.api_version, kind.kind)
    return kind.show(obj) if is_stored else obj
