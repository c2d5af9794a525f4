"""labels, commonLabels and commonAnnotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minikube_py.cli_runtime.kustomize.config import Config
from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec, change_all, merge_specs, spec_from
from minikube_py.cli_runtime.kustomize.merge_values import format_node, name_kind
from minikube_py.cli_runtime.kustomize.resid import Gvk
from minikube_py.cli_runtime.kustomize.resmap import ResMap

Object = dict[str, Any]
METADATA = FieldSpec(Gvk(), "metadata/labels", True)


def set_pairs(resources: ResMap, pairs: Mapping[str, str], specs: Sequence[FieldSpec]) -> None:
    """Write labels or annotations at the places of the specs. Raises KustomizeError."""
    for resource in resources:
        for key in sorted(pairs):

            def change(value: Any, key: str = key) -> Any:
                if not isinstance(value, dict):
                    kind = name_kind(type(value) if isinstance(value, list) else None)
                    contents = format_node(value)
                    raise KustomizeError(f"wrong node kind: expected MappingNode but got {kind}: node contents:\n{contents}")
                value[key] = pairs[key]
                return value

            change_all(resource.obj, specs, change, {})


def specs_of_label(label: Object, config: Config) -> list[FieldSpec]:
    """Return where an entry of `labels` is written. Raises KustomizeError."""
    specs = [spec_from(field) for field in label.get("fields") or ()]
    try:
        specs = merge_specs(specs, config.specs["labels"])
        if label.get("includeSelectors"):
            return merge_specs(specs, config.specs["commonLabels"])
        if label.get("includeTemplates"):
            specs = _merge_templates(specs, config)
        return merge_specs(specs, [METADATA])
    except KustomizeError as error:
        raise error.wrap("failed to merge labels") from error


def _merge_templates(specs: list[FieldSpec], config: Config) -> list[FieldSpec]:
    try:
        return merge_specs(specs, config.specs["templateLabels"])
    except KustomizeError as error:
        raise error.wrap("failed to merge template fieldSpec") from error
