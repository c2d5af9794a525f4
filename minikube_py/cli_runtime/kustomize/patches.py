"""The `patches`, `patchesStrategicMerge` and `patchesJson6902` transformers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.json_patch import apply_operations, parse_operations
from minikube_py.cli_runtime.kustomize.loader import Loader
from minikube_py.cli_runtime.kustomize.reading import read_file, read_resources
from minikube_py.cli_runtime.kustomize.resmap import ResMap, Selector
from minikube_py.cli_runtime.kustomize.resource import Resource
from minikube_py.cli_runtime.kustomize.strategic_merge import apply_patch

Object = dict[str, Any]
Transform = Callable[[ResMap], None]


def make_patch(loader: Loader, fields: Object, config: Object | None = None) -> Transform:
    """Return what applies an entry of `patches`, either kind of patch. Raises KustomizeError.

    `config` is what messages show of where the fields stand.
    """
    text, source = _read_text(loader, fields, config or fields)
    target = fields.get("target")
    resources, operations = _try(read_resources, text), _try(parse_operations, text)
    if isinstance(resources, list) and isinstance(operations, list):
        raise KustomizeError(f"illegally qualifies as both an SM and JSON patch: {source}")
    if isinstance(resources, list):
        options = fields.get("options") or {}
        for patch in resources:
            patch.allows_name_change = bool(options.get("allowNameChange"))
            patch.allows_kind_change = bool(options.get("allowKindChange"))
        if target is not None:
            return lambda resmap: _merge_into_targets(resmap, resources, target, source)
        return lambda resmap: _merge_into_named(resmap, resources)
    if not isinstance(operations, list):
        raise KustomizeError(f"unable to parse SM or JSON patch from {source}")
    return lambda resmap: _apply_operations(resmap, operations, target, source)


def _read_text(loader: Loader, fields: Object, config: Object) -> tuple[str, str]:
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    text, path = (fields.get("patch") or "").strip(), fields.get("path") or ""
    shown = {key: value for key, value in config.items() if value}
    if not text and not path:
        raise KustomizeError(f"must specify one of patch and path in\n{encode_yaml(shown)}")
    if text and path:
        raise KustomizeError(f"patch and path can't be set at the same time\n{encode_yaml(shown)}")
    if text:
        return text, f"[patch: {json.dumps(text, ensure_ascii=False)}]"
    try:
        return loader.load(path).decode("utf-8", "replace"), f"[path: {json.dumps(path, ensure_ascii=False)}]"
    except KustomizeError as error:
        raise error.wrap(f"failed to get the patch file from path({path})") from error


def _try(read: Callable[[str], list[Any]], text: str) -> list[Any] | KustomizeError:
    try:
        return read(text)
    except KustomizeError as error:
        return error


def _merge_into_targets(resmap: ResMap, patches: Sequence[Resource], target: Object, source: str) -> None:
    if len(patches) > 1:
        raise KustomizeError(
            "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field: " + source
        )
    merge_into(resmap, resmap.select(Selector(target)), patches[0])


def _merge_into_named(resmap: ResMap, patches: Sequence[Resource]) -> None:
    for patch in patches:
        wanted = patch.original_id
        try:
            target = resmap.get(wanted)
        except KustomizeError as error:
            raise error.wrap(f'no resource matches strategic merge patch "{wanted}"') from error
        apply_patch(target, patch)


def merge_into(resmap: ResMap, chosen: Sequence[Resource], patch: Resource) -> None:
    """Merge a patch into resources of any kind; what it deletes goes away. Raises KustomizeError."""
    for resource in chosen:
        fitting = patch.copy()
        fitting.obj["apiVersion"] = resource.obj.get("apiVersion")
        apply_patch(resource, fitting)
    resmap.replace_all([resource for resource in resmap if resource.obj])


def _apply_operations(resmap: ResMap, operations: list[Object], target: Object | None, source: str) -> None:
    if target is None:
        raise KustomizeError(f"must specify a target for JSON patch {source}")
    for resource in resmap.select(Selector(target)):
        resource.store_id()
        resource.obj = apply_operations(resource.obj, operations)


def make_strategic_merge(loader: Loader, paths: Sequence[str], inline: str = "") -> Transform:
    """Return what applies `patchesStrategicMerge`: files, or patches written in their place. Raises KustomizeError."""
    if not paths and not inline:
        raise KustomizeError("empty file path and empty patch content")
    patches: list[Resource] = []
    for path in paths:
        found = _try(read_resources, path)
        patches += found if isinstance(found, list) else read_file(loader.load(path), path)
    patches += read_resources(inline) if inline else []
    if not patches:
        raise KustomizeError(f"patch appears to be empty; files=[{' '.join(paths)}], Patch={inline}")

    def transform(resmap: ResMap) -> None:
        for patch in patches:
            merge_into(resmap, [resmap.get(patch.original_id)], patch)

    return transform


def make_json_patch(loader: Loader, fields: Object) -> Transform:
    """Return what applies an entry of `patchesJson6902`. Raises KustomizeError."""
    target = fields.get("target")
    text, path = fields.get("jsonOp") or "", fields.get("path") or ""
    if not (target or {}).get("name"):
        raise KustomizeError("must specify the target name")
    if not path and not text:
        raise KustomizeError("empty file path and empty jsonOp")
    if path and text:
        raise KustomizeError("must specify a file path or jsonOp, not both")
    if path:
        text = loader.load(path).decode("utf-8", "replace")
        if not text:
            raise KustomizeError(f"patch file '{path}' empty seems to be empty")
    operations = parse_operations(text)
    if not operations:
        raise KustomizeError(f"patch appears to be empty; file={path}, JsonOp={text}")

    def transform(resmap: ResMap) -> None:
        for resource in resmap.select(Selector(target or {})):
            resource.obj = apply_operations(resource.obj, operations)

    return transform
