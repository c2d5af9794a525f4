"""`buildMetadata`: annotations that tell where a resource came from and what changed it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Any

from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.resource import Resource

Object = dict[str, Any]

ORIGIN, TRANSFORMATIONS, MANAGED_BY = "originAnnotations", "transformerAnnotations", "managedByLabel"
_ORIGIN_KEY, _TRANSFORMATIONS_KEY = "config.kubernetes.io/origin", "alpha.config.kubernetes.io/transformations"
_INTERNAL = (
    *(
        f"internal.config.kubernetes.io/{name}"
        for name in (
            "previousKinds",
            "previousNames",
            "prefixes",
            "suffixes",
            "previousNamespaces",
            "allowNameChange",
            "allowKindChange",
            "refBy",
            "generatorBehavior",
            "needsHashSuffix",
            "path",
            "index",
            "seqindent",
            "id",
            "annotations-migration-resource-id",
        )
    ),
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
)


def file_origin(folder: str, path: str) -> Object:
    """Return the origin of what a file holds; `folder` is that of the kustomization, from where the build began."""
    return {"path": posixpath.normpath(posixpath.join(folder, path))}


def configured_origin(folder: str, file_name: str, kind: str) -> Object:
    """Return the origin of what a field of a kustomization generates or changes."""
    where = posixpath.normpath(posixpath.join(folder, file_name))
    return {"configuredIn": where, "configuredBy": {"apiVersion": "builtin", "kind": kind}}


def plugin_origin(plugin: Resource) -> Object | None:
    """Return the origin of what a plugin's config generates or changes."""
    if plugin.origin is None:
        return None
    by = {"apiVersion": plugin.obj.get("apiVersion"), "kind": plugin.kind, "name": plugin.name, "namespace": plugin.namespace}
    return {"configuredIn": plugin.origin.get("path", ""), "configuredBy": {key: value for key, value in by.items() if value}}


def note_transformation(resources: Iterable[Resource], origin: Object | None) -> None:
    """Remember that something changed all resources; it made those that have no origin yet."""
    for resource in resources if origin is not None else ():
        if resource.origin is None:
            resource.origin = origin
        else:
            resource.transformations.append(origin or {})


def write_annotations(resources: ResMap, options: Iterable[str]) -> None:
    """Write the annotations that are asked for, and take away kustomize's own others."""
    for resource in resources:
        annotations = resource.get_map("annotations")
        for key in (*_INTERNAL, _ORIGIN_KEY, _TRANSFORMATIONS_KEY):
            annotations.pop(key, None)
        if ORIGIN in options and resource.origin is not None:
            annotations[_ORIGIN_KEY] = _write(resource.origin)
        if TRANSFORMATIONS in options and resource.transformations:
            listed = (_write(entry).replace("\n", "\n  ").removesuffix("  ") for entry in resource.transformations)
            annotations[_TRANSFORMATIONS_KEY] = "".join(f"- {entry}" for entry in listed)
        resource.set_map("annotations", annotations)


def _write(origin: Object) -> str:
    """Return an origin as YAML, its fields in their own order."""
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    lines = [encode_yaml({key: origin[key]}) for key in ("path", "configuredIn") if origin.get(key)]
    if by := origin.get("configuredBy"):
        fields = [f"  {encode_yaml({key: by[key]})}" for key in ("apiVersion", "kind", "name", "namespace") if by.get(key)]
        lines += ["configuredBy:\n", *fields]
    return "".join(lines)
