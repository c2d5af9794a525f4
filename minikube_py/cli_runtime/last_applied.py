"""The annotation in which apply keeps what was applied last: the `original` of its three-way merge.

https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences-and-merges-changes
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.last_applied import ANNOTATION, HTML_ESCAPES, encode_go, get_original

Object = dict[str, Any]

__all__ = [
    "ANNOTATION",
    "HTML_ESCAPES",
    "annotate_generated",
    "encode_go",
    "get_original",
    "make_modified",
    "update_if_present",
]


def make_modified(obj: Object) -> tuple[Object, str]:
    """Return `obj` with the annotation saying it, and the annotation's text. `obj` is not changed."""
    metadata = obj.get("metadata") or {}
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != ANNOTATION}
    text = encode_go({**obj, "metadata": {**metadata, "annotations": annotations}}, sort_keys=True) + "\n"
    return {**obj, "metadata": {**metadata, "annotations": {**annotations, ANNOTATION: text}}}, text


def annotate_generated(obj: Object) -> Object:
    """Return a generated object with the annotation saying it; its keys stand in the order of Go's structs and are left so."""
    text = encode_go(obj) + "\n"
    metadata = obj["metadata"]
    return {**obj, "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), ANNOTATION: text}}}


def update_if_present(obj: Object) -> Object:
    """Return `obj` with the annotation made anew where it has one, else as it is."""
    return obj if get_original(obj) is None else make_modified(obj)[0]
