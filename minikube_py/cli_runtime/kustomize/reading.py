"""Resources out of YAML and JSON files: several documents, lists taken apart, each with a kind and a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from minikube_py.cli_runtime.kustomize.errors import KustomizeError, MalformedYAML
from minikube_py.cli_runtime.kustomize.resource import Resource
from minikube_py.cli_runtime.kustomize.scalars import is_scalar, resolve_scalar, text_of

Object = dict[str, Any]
_SEPARATOR = re.compile(r"\n---.*\n")


def read_resources(data: bytes | str) -> list[Resource]:
    """Return the resources of a file's content. Raises KustomizeError, MalformedYAML."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    documents = _read_documents(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    problems = {id(document.value): document.problem for document in documents if document.problem}
    queue = list(_keep_good(_unwrap(documents)))
    resources: list[Resource] = []
    while queue:
        obj = queue.pop(0)
        kind = text_of(obj.get("kind") or "")
        if not kind.endswith("List") or "items" not in obj:
            resources.append(Resource(obj))
            resources[-1].problem = problems.get(id(obj), "")
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


class Document(NamedTuple):
    """A value, and what go-yaml says of keys that stand twice in it."""

    value: Any
    problem: str = ""


def _read_documents(text: str) -> list[Document]:
    documents = map(parse_document, _split(text))
    return [document for document in documents if document.value not in (None, "")]


def _unwrap(documents: list[Document]) -> list[Any]:
    """Return the values, or the items of the one that is a List."""
    only = documents[0].value if len(documents) == 1 else None
    if isinstance(only, dict) and only.get("kind") in ("List", "ResourceList") and isinstance(only.get("items"), list):
        return list(only["items"])
    return [document.value for document in documents]


def _split(text: str) -> Iterator[str]:
    begin = 0
    for separator in _SEPARATOR.finditer(text):
        after = separator.group()[4:].strip()
        if after and not after.startswith("#"):
            raise KustomizeError(f"invalid document separator: {separator.group().strip()}")
        yield text[begin : separator.start()] + "\n"
        begin = separator.end()
    yield text[begin:]


def parse_document(text: str) -> Document:
    """Return one YAML document, its scalars as kustomize reads them. Raises MalformedYAML."""
    from minikube_py.apimachinery.yaml_tree import YAMLSyntaxError, build_tree

    try:
        tree = build_tree(text, resolve_scalar)
    except YAMLSyntaxError as error:
        raise MalformedYAML(f"MalformedYAMLError: {error}") from None
    if tree is None:
        return Document(None)
    return Document(tree.value, _describe_duplicates(text) if tree.duplicates else "")


def _find_duplicates(keys: list[tuple[str, int]]) -> list[str]:
    """Return a line for each key, given with its line, that stands again."""
    first = dict(reversed(keys))
    again = [(key, line) for index, (key, line) in enumerate(keys) if key in {other for other, _ in keys[:index]}]
    return [f'  line {line}: mapping key "{key}" already defined at line {first[key]}' for key, line in again]


def _describe_duplicates(text: str) -> str:
    import yaml

    lines: list[str] = []
    nodes = [yaml.compose(text, yaml.CSafeLoader)]
    while nodes:
        node = nodes.pop(0)
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = _find_duplicates([(str(key.value), key.start_mark.line + 1) for key, _ in pairs])
        lines += found
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif not found:  # go-yaml does not look into a map that it refuses
            nodes += [value for _, value in pairs]
    return "\n".join(["yaml: unmarshal errors:", *lines])


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
