"""The `replacements` transformer: values copied from a field of one resource to fields of others."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_paths import New, find_places, look_up, split_dotted
from minikube_py.cli_runtime.kustomize.fields import DecodeError, decode
from minikube_py.cli_runtime.kustomize.kustomization_types import REPLACEMENT
from minikube_py.cli_runtime.kustomize.loader import Loader
from minikube_py.cli_runtime.kustomize.merge_values import MISSING
from minikube_py.cli_runtime.kustomize.resid import Gvk, ResId
from minikube_py.cli_runtime.kustomize.resmap import ResMap, parse_label_selector
from minikube_py.cli_runtime.kustomize.resource import Resource
from minikube_py.cli_runtime.kustomize.scalars import is_scalar, resolve_scalar, retype, text_of

Object = dict[str, Any]
_DEFAULT_PATH = "metadata.name"
_ONLY_SCALARS = "delimiter option can only be used with scalar nodes"


def load_replacements(loader: Loader, entries: Sequence[Object]) -> list[Object]:
    """Return the replacements of the field, those in files too. Raises KustomizeError."""
    result: list[Object] = []
    for entry in entries:
        path = entry.get("path") or ""
        if path and (entry.get("source") is not None or entry.get("targets")):
            raise KustomizeError("cannot specify both path and inline replacement")
        result += _read(loader.load(path)) if path else [entry]
    return result


def _read(data: bytes) -> list[Object]:
    from minikube_py.apimachinery.yaml_load import ManifestError, load_value

    try:
        value = load_value(data)
        if not isinstance(value, list | dict):
            kind = {str: "string", bool: "bool", int: "float64", float: "float64"}.get(type(value), "invalid")
            raise KustomizeError(f"unsupported replacement type encountered within replacement path: {kind}")
        return [decode(item, REPLACEMENT) for item in (value if isinstance(value, list) else [value])]
    except ManifestError as error:
        raise KustomizeError(f"error converting YAML to JSON: {error}") from None
    except DecodeError as error:
        raise KustomizeError(f"error unmarshaling JSON: while decoding JSON: {error}") from None


def replace_values(resources: ResMap, replacements: Sequence[Object]) -> None:
    """Do the replacements in order. Raises KustomizeError."""
    for replacement in replacements:
        source, targets = replacement.get("source"), replacement.get("targets")
        if source is None or targets is None:
            raise KustomizeError("replacements must specify a source and at least one target")
        value = _read_source(resources, source)
        for target in targets:
            _write_target(resources, value, target)


def _ids_of(resource: Resource) -> list[ResId]:
    return [resource.id._replace(cluster_scoped=False), *resource.previous_ids]


def selector_id(fields: Object) -> ResId:
    """Return the id that a selector wants; empty parts stand for any."""
    gvk = Gvk(*(fields.get(part) or "" for part in ("group", "version", "kind")))
    return ResId(gvk, fields.get("name") or "", fields.get("namespace") or "")


def _read_source(resources: ResMap, source: Object) -> Any:
    wanted = selector_id(source)
    found = [r for r in resources if any(i.is_selected_by(wanted) for i in _ids_of(r))]
    if len(found) != 1:
        how = "multiple matches for selector" if found else "nothing selected by"
        raise KustomizeError(f"{how} {_describe_source(source)}")
    path = source.get("fieldPath") or _DEFAULT_PATH
    try:
        value = look_up(found[0].obj, split_dotted(path))
    except KustomizeError as error:
        raise error.wrap("error looking up replacement source") from error
    if value is MISSING or value is None or value in ({}, []):
        raise KustomizeError(f"fieldPath `{path}` is missing for replacement source {wanted}")
    return _refine(value, source.get("options") or {})


def _describe_source(source: Object) -> str:
    parts = [str(selector_id(source)), source.get("fieldPath") or ""]
    options = source.get("options") or {}
    if options.get("delimiter") or options.get("create"):
        create = "true" if options.get("create") else "false"
        parts.append(f"{options.get('delimiter') or ''}({options.get('index') or 0}), create={create}")
    return ":".join(part for part in parts if part)


def _refine(value: Any, options: Object) -> Any:
    delimiter, index = options.get("delimiter") or "", options.get("index") or 0
    if not delimiter:
        return value
    if not is_scalar(value):
        raise KustomizeError(_ONLY_SCALARS)
    pieces = text_of(value).split(delimiter)
    if not 0 <= index < len(pieces):
        raise KustomizeError(f"options.index {index} is out of bounds for value {text_of(value)}")
    return retype(pieces[index], value)


def _write_target(resources: ResMap, value: Any, target: Object) -> None:
    select = target.get("select")
    if select is None:
        raise KustomizeError("target must specify resources to select")
    rejects = target.get("reject") or []
    wanted = selector_id(select)
    for resource in resources:
        if not _has_labels(resource, select) or any(_is_rejected_by_labels(resource, reject) for reject in rejects):
            continue
        ids = _ids_of(resource)
        rejected = any(
            i.is_selected_by(selector_id(reject))
            for reject in rejects
            if any(selector_id(reject)[0]) or any(selector_id(reject)[1:3])
            for i in ids
        )
        if any(i.is_selected_by(wanted) for i in ids) and not rejected:
            for path in target.get("fieldPaths") or [_DEFAULT_PATH]:
                _write(resource, path, value, target.get("options") or {})


def _has_labels(resource: Resource, selector: Object) -> bool:
    annotations = parse_label_selector(selector.get("annotationSelector") or "")
    labels = parse_label_selector(selector.get("labelSelector") or "")
    return annotations(resource.get_map("annotations")) and labels(resource.get_map("labels"))


def _is_rejected_by_labels(resource: Resource, reject: Object) -> bool:
    return bool(reject.get("annotationSelector") or reject.get("labelSelector")) and _has_labels(resource, reject)


def _write(resource: Resource, path: str, value: Any, options: Object) -> None:
    create = bool(options.get("create"))
    doing = "find or create" if create else "find"
    problem = f'unable to {doing} field "{path}" in replacement target'
    root = {"": resource.obj}
    try:
        places = list(find_places(root, "", split_dotted(path), New(value) if create else None))
    except KustomizeError as error:
        raise error.wrap(problem) from error
    if not places:
        raise KustomizeError(problem)
    for place in places:
        place.holder[place.key] = _combine(place.value, value, options)


def _combine(old: Any, value: Any, options: Object) -> Any:
    """Return what takes the place of `old`: the value, or `old` with one piece of it replaced."""
    delimiter, index = options.get("delimiter") or "", options.get("index") or 0
    if delimiter:
        if not is_scalar(old):
            raise KustomizeError(_ONLY_SCALARS)
        pieces = [] if old is None and options.get("create") else text_of(old).split(delimiter)
        text = text_of(value) if is_scalar(value) else ""
        if index < 0:
            pieces.insert(0, text)
        elif index >= len(pieces):
            pieces.append(text)
        else:
            pieces[index] = text
        return retype(delimiter.join(pieces), old)
    if not is_scalar(old):
        return copy.deepcopy(value)
    if not is_scalar(value):
        return copy.deepcopy(value) if old is None else ""
    return resolve_scalar(text_of(value)) if old is None else retype(text_of(value), old)
