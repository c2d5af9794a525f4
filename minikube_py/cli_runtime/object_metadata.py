"""Whether the metadata of a manifest's object has the types that every object's has: looked at before anything is sent."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]
_TEXTS = frozenset(("name", "generateName", "namespace", "uid", "resourceVersion"))
_MAPS = frozenset(("labels", "annotations"))


def judge_metadata(obj: Object) -> str:
    """Return what is wrong with metadata's types, in the words of Go's encoding/json, "" if nothing is."""
    metadata = obj.get("metadata")
    if metadata is None or (isinstance(metadata, dict) and all(_is_plain(key, value) for key, value in metadata.items())):
        return ""
    from minikube_py.apimachinery import schema
    from minikube_py.apimachinery.decode_errors import StrictDecoder

    try:
        StrictDecoder().decode({"metadata": metadata}, schema.load("io.k8s.api.core.v1.ConfigMap"))
    except ValueError as error:
        return str(error)
    return ""


def _is_plain(key: str, value: Any) -> bool:
    """Return whether a field is surely right, so that no schema need be loaded."""
    if key in _TEXTS:
        return isinstance(value, str)
    return key in _MAPS and isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
