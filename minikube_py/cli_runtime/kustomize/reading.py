"""Resources out of YAML and JSON files: several documents, lists taken apart, each with a kind and a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from minikube_py.cli_runtime.kustomize.errors import KustomizeError, MalformedYAML
from minikube_py.cli_runtime.kustomize.resource import Resource
from minikube_py.cli_runtime.kustomize.scalars import is_scalar, resolve_scalar, text_of

Object = dict[str, Any]
_SEPARATOR = re.compile(r"\n---.*\n")


def read_resources(data: bytes | str) -> list[Resource]:
    """Return the resources of a file's content. Raises KustomizeError, MalformedYAML."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    documents = _read_documents(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    queue = list(_keep_good(documents))
    resources: list[Resource] = []
    while queue:
        obj = queue.pop(0)
        kind = text_of(obj.get("kind") or "")
        if not kind.endswith("List") or "items" not in obj:
            resources.append(Resource(obj))
        elif isinstance(obj["items"], list):
            queue += _keep_good(obj["items"])
        elif obj["items"] is not None:
            raise KustomizeError(f"expected array in {kind}/items, but found {_go_type(obj['items'])}")
    return resources


def read_file(data: bytes, path: str) -> list[Resource]:
    """Return the resources of a file; an error about its YAML names it. Raises KustomizeError."""
    try:
        return read_resources(data)
    except MalformedYAML as error:
        raise MalformedYAML(f"{error} in File: {path}") from None


def _read_documents(text: str) -> list[Any]:
    pieces = list(_split(text))
    documents = [document for piece in pieces if (document := parse_document(piece)) not in (None, "")]
    if len(pieces) == 1 and documents and isinstance(documents[0], dict):
        only = documents[0]
        if only.get("kind") in ("List", "ResourceList") and isinstance(only.get("items"), list):
            return list(only["items"])
    return documents


def _split(text: str) -> Iterator[str]:
    begin = 0
    for separator in _SEPARATOR.finditer(text):
        after = separator.group()[4:].strip()
        if after and not after.startswith("#"):
            raise KustomizeError(f"invalid document separator: {separator.group().strip()}")
        yield text[begin : separator.start()] + "\n"
        begin = separator.end()
    yield text[begin:]


def parse_document(text: str) -> Any:
    """Return the value of one YAML document, its scalars as kustomize reads them. Raises MalformedYAML."""
    from minikube_py.apimachinery.yaml_tree import YAMLSyntaxError, build_tree

    try:
        tree = build_tree(text, resolve_scalar)
    except YAMLSyntaxError as error:
        raise MalformedYAML(f"MalformedYAMLError: {error}") from None
    if tree is None:
        return None
    if tree.duplicates:
        key = tree.duplicates[0].rpartition(".")[2]
        raise KustomizeError(f'yaml: unmarshal errors:\n  line {tree.line + 1}: mapping key "{key}" already defined')
    return tree.value


def _keep_good(documents: list[Any]) -> Iterator[Object]:
    for document in documents:
        if document is None or document in ({}, [], ""):
            continue
        _check_metadata(document)
        yield document


def _check_metadata(obj: Any) -> None:
    """Check that an object tells its kind and name. Raises KustomizeError."""
    if not isinstance(obj, dict) or not any(obj.get(field) for field in ("apiVersion", "kind", "metadata")):
        raise KustomizeError("missing Resource metadata")
    metadata = obj.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    if not obj.get("kind"):
        raise KustomizeError(f"missing kind in object {_format_metadata(obj, metadata)}")
    if not text_of(obj["kind"]).endswith("List") and not metadata.get("name"):
        raise KustomizeError(f"missing metadata.name in object {_format_metadata(obj, metadata)}")


def _format_metadata(obj: Object, metadata: Object) -> str:
    """Return kind and names as Go's %v prints them."""
    version, kind = (_text(obj.get(field)) for field in ("apiVersion", "kind"))
    name, namespace = (_text(metadata.get(field)) for field in ("name", "namespace"))
    maps = " ".join(_format_map(metadata.get(field)) for field in ("labels", "annotations"))
    return f"{{{{{version} {kind}}} {{{{{name} {namespace}}} {maps}}}}}"


def _format_map(value: Any) -> str:
    items = value.items() if isinstance(value, dict) else ()
    return "map[" + " ".join(f"{key}:{_text(inner)}" for key, inner in sorted(items)) + "]"


def _text(value: Any) -> str:
    return text_of(value) if value is not None and is_scalar(value) else ""


def _go_type(value: Any) -> str:
    if isinstance(value, dict):
        return "map[string]interface {}"
    return "string" if isinstance(value, str) else "bool" if isinstance(value, bool) else "float64"
