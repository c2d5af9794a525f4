"""A whole build: from a folder with a kustomization to objects in order, and their YAML."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.cli_runtime.kustomize import origins
from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.labels import METADATA, set_pairs
from minikube_py.cli_runtime.kustomize.loader import open_root
from minikube_py.cli_runtime.kustomize.names import add_hashes
from minikube_py.cli_runtime.kustomize.references import fix_references
from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.sort_order import sort_resources
from minikube_py.cli_runtime.kustomize.target import Reports, Target, check_openapi
from minikube_py.cli_runtime.kustomize.variables import resolve_variables
from minikube_py.component_base.os_errors import tell_os_error

Object = dict[str, Any]
Warn = Callable[[str], None]
_LOCAL = "config.kubernetes.io/local-config"
_MANAGED_BY = {"app.kubernetes.io/managed-by": "kustomize-(devel)"}  # the version that kubectl builds it in as


class Options(NamedTuple):
    """How to build. Without `restricted`, files outside of the folder may be read.

    `order` is legacy or none, "" where nobody asked; it counts where the kustomization itself does not ask for an order.
    """

    restricted: bool = True
    order: str = ""
    managed_by: bool = False
    helm: bool = False


def build(path: str, warn: Warn, log: Warn, options: Options = Options()) -> ResMap:  # noqa: B008
    """Return the resources that the kustomization in a folder makes. Raises KustomizeError.

    `warn` is told of deprecated fields, `log` of what kubectl writes to its log.
    """
    target = Target(open_root(path, restricted=options.restricted), Reports(warn, options.helm))
    check_openapi(target)
    acc = target.accumulate()
    add_hashes(acc.resources)
    fix_references(acc.resources, acc.config.references)
    unused = resolve_variables(acc.resources, acc.variables, acc.config.specs["varReference"])
    if unused:
        log(f"well-defined vars that were never replaced: {','.join(unused)}")
    resources = acc.resources
    resources.resources = [resource for resource in resources if _is_kept(resource.get_map("annotations"))]
    _sort(resources, target.kustomization.fields.get("sortOptions"), options.order, log)
    if options.managed_by or origins.MANAGED_BY in target.build_metadata:
        set_pairs(resources, _MANAGED_BY, [METADATA])
    origins.write_annotations(resources, target.build_metadata)
    return resources


def _sort(resources: ResMap, wanted: Object | None, order: str, log: Warn) -> None:
    if wanted is not None and order:
        log(
            "Warning: Sorting order is set both in 'kustomization.yaml' ('sortOptions') and in a CLI flag ('--reorder'). "
            "Using the kustomization file over the CLI flag."
        )
    if wanted is not None or order != "none":
        sort_resources(resources, wanted)


def _is_kept(annotations: dict[str, str]) -> bool:
    return annotations.get(_LOCAL, "false") == "false"


def encode_resources(resources: ResMap) -> str:
    """Return resources as YAML documents. Raises KustomizeError."""
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    for resource in resources:
        if resource.problem:
            raise KustomizeError(f"map[string]interface {{}}(nil): {resource.problem}")
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
        raise KustomizeError(f"open {path}: {tell_os_error(error)}") from error
