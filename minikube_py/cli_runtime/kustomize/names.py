"""namePrefix, nameSuffix, and the hashes behind generated names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec, change_field
from minikube_py.cli_runtime.kustomize.resid import Gvk
from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.resource import Resource
from minikube_py.cli_runtime.kustomize.scalars import is_scalar, text_of
from minikube_py.cli_runtime.last_applied import encode_go

Object = dict[str, Any]
_KEPT = (Gvk(kind="CustomResourceDefinition"), Gvk("apiregistration.k8s.io", "", "APIService"), Gvk(kind="Namespace"))
_NO_VOWELS = str.maketrans("013ae", "ghkmt")


def add_affix(resources: ResMap, text: str, specs: Sequence[FieldSpec], *, behind: bool) -> None:
    """Put a text before (or behind) the names of resources. Raises KustomizeError."""

    def change(name: Any) -> str:
        if not is_scalar(name):
            raise KustomizeError("wrong node kind: expected ScalarNode")
        return text_of(name) + text if behind else text + text_of(name)

    for resource in resources:
        first = resource.original_id
        if any(first.gvk.is_selected(kept) for kept in _KEPT):
            continue
        for spec in specs:
            if not first.gvk.is_selected(spec.gvk):
                continue
            if spec.path == "metadata/name" and text:
                (resource.suffixes if behind else resource.prefixes).append(text)
                resource.store_id()
            change_field(resource.obj, spec, change, "" if spec.create else None)


def add_hashes(resources: ResMap) -> None:
    """Put the hash of its content behind the name of each generated resource."""
    for resource in resources:
        if resource.needs_hash:
            suffix = hash_content(resource)
            resource.store_id()
            resource.set_name(f"{resource.name}-{suffix}")


def hash_content(resource: Resource) -> str:
    """Return ten letters and digits that stand for a resource's content; its name is left empty in what is hashed."""
    fields = {"ConfigMap": ("data", "binaryData"), "Secret": ("type", "data", "stringData")}.get(resource.kind)
    if fields is None:
        text = json.dumps(resource.obj, sort_keys=True, separators=(",", ":"))
    else:
        content = {"kind": resource.kind, "name": ""}
        for field in fields:
            value = resource.obj.get(field, "")
            if value or field not in ("binaryData", "stringData"):
                content[field] = value
        text = encode_go(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10].translate(_NO_VOWELS)
