"""A whole build: from a folder with a kustomization to objects in order, and their YAML."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from minikube_py.cli_runtime.kustomize import origins
from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.labels import METADATA, set_pairs
from minikube_py.cli_runtime.kustomize.loader import open_root
from minikube_py.cli_runtime.kustomize.names import add_hashes
from minikube_py.cli_runtime.kustomize.references import fix_references
from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.sort_order import sort_resources
from minikube_py.cli_runtime.kustomize.target import Target, check_openapi
from minikube_py.cli_runtime.kustomize.variables import resolve_variables

Object = dict[str, Any]
Warn = Callable[[str], None]
_LOCAL = "config.kubernetes.io/local-config"
_MANAGED_BY = "app.kubernetes.io/managed-by"


def build(
    path: str, warn: Warn, *, restricted: bool = True, legacy_order: bool = True, managed_by: str = "", log: Warn | None = None
) -> ResMap:
    """Return the resources that the kustomization in a folder makes. Raises KustomizeError.

    `warn` is told of deprecated fields. Without `restricted`, files outside of the folder may be read. `legacy_order` counts
    where the kustomization does not ask for an order. `managed_by` is the label's value if the kustomization asks for it.
    """
    target = Target(open_root(path, restricted=restricted), warn)
    check_openapi(target)
    acc = target.accumulate()
    add_hashes(acc.resources)
    fix_references(acc.resources, acc.config.references)
    unused = resolve_variables(acc.resources, acc.variables, acc.config.specs["varReference"])
    if unused and log is not None:
        log(f"well-defined vars that were never replaced: {','.join(unused)}")
    resources = acc.resources
    resources.resources = [resource for resource in resources if _is_kept(resource.get_map("annotations"))]
    options = target.kustomization.fields.get("sortOptions")
    if options is not None or legacy_order:
        sort_resources(resources, options)
    if origins.MANAGED_BY in target.build_metadata:
        set_pairs(resources, {_MANAGED_BY: managed_by}, [METADATA])
    origins.write_annotations(resources, target.build_metadata)
    return resources


def _is_kept(annotations: dict[str, str]) -> bool:
    return annotations.get(_LOCAL, "false") == "false"


def encode_resources(resources: ResMap) -> str:
    """Return resources as YAML documents."""
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    return "---\n".join(encode_yaml(resource.obj) for resource in resources)


def write_files(resources: ResMap, folder: str) -> None:
    """Write each resource into a file of its own. Raises KustomizeError."""
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    several = len({r.id.effective_namespace for r in resources if not r.id.cluster_scoped}) > 1
    for resource in resources:
        parts = [*(part for part in resource.gvk if part), resource.name]
        if several and not resource.id.cluster_scoped:
            parts.insert(0, resource.id.effective_namespace)
        write_file(os.path.join(folder, "_".join(parts).lower() + ".yaml"), encode_yaml(resource.obj))


def write_file(path: str, text: str) -> None:
    """Write a text to a file. Raises KustomizeError."""
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise KustomizeError(f"open {path}: {(error.strerror or str(error)).lower()}") from error
