"""Where each transformer works: kustomize's own field specs, more from `configurations` files, and more from `crds`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.cli_runtime.kustomize.default_specs import default_specs
from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec, merge_specs, spec_from
from minikube_py.cli_runtime.kustomize.fields import DecodeError, ListOf, Struct, decode
from minikube_py.cli_runtime.kustomize.kustomization_types import FIELD_SPEC
from minikube_py.cli_runtime.kustomize.loader import Loader
from minikube_py.cli_runtime.kustomize.name_references import default_references
from minikube_py.cli_runtime.kustomize.resid import Gvk
from minikube_py.cli_runtime.kustomize.sort_order import order_types

Object = dict[str, Any]
References = list[tuple[Gvk, list[FieldSpec]]]

SECTIONS = (
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "templateLabels",
    "commonAnnotations",
    "varReference",
    "images",
    "replicas",
)
_BACK_REFERENCES = Struct("NameBackReferences", {**FIELD_SPEC.fields, "fieldSpecs": ListOf(FIELD_SPEC)}, "builtinconfig")
_CONFIG = Struct(
    "TransformerConfig",
    {**dict.fromkeys(SECTIONS, ListOf(FIELD_SPEC)), "nameReference": ListOf(_BACK_REFERENCES)},
    "builtinconfig",
)


class Config:
    """Field specs by the transformer's section, and name references."""

    def __init__(self) -> None:
        self.specs: dict[str, list[FieldSpec]] = {section: [] for section in SECTIONS}
        self.references: References = []

    def merge(self, other: Config) -> Config:
        """Return what both hold. Raises KustomizeError where they contradict each other."""
        merged = Config()
        for section in SECTIONS:
            try:
                found = merge_specs(self.specs[section], other.specs[section])
            except KustomizeError as error:
                name = "NameSpace" if section == "namespace" else section[0].upper() + section[1:]
                raise error.wrap(f"failed to merge {name} fieldSpec") from error
            merged.specs[section] = order_types(found, lambda spec: spec.gvk)
        merged.references = order_types(merge_references(self.references, other.references), lambda entry: entry[0])
        return merged


def merge_references(references: References, more: References) -> References:
    """Return both tables as one. Raises KustomizeError."""
    result = [(target, list(specs)) for target, specs in references]
    for target, specs in more:
        index = next((i for i, (known, _) in enumerate(result) if known == target), None)
        if index is None:
            result.append((target, list(specs)))
        else:
            result[index] = (target, merge_specs(result[index][1], specs))
    return result


def load_config(loader: Loader, paths: Iterable[str]) -> Config:
    """Return kustomize's own config with what files say besides. Raises KustomizeError."""
    config = Config()
    config.specs |= default_specs()
    config.references = default_references()
    custom = Config()
    for path in paths:
        custom = custom.merge(_parse(loader.load(path)))
    return config.merge(custom)


def _parse(data: bytes) -> Config:
    from minikube_py.apimachinery.yaml_load import ManifestError, load_value

    try:
        fields = decode(load_value(data), _CONFIG)
    except ManifestError as error:
        raise KustomizeError(f"error converting YAML to JSON: {error}") from None
    except DecodeError as error:
        raise KustomizeError(f"error unmarshaling JSON: while decoding JSON: {error}") from None
    config = Config()
    config.specs |= {section: [spec_from(item) for item in fields.get(section) or ()] for section in SECTIONS}
    for entry in fields.get("nameReference") or ():
        specs = [spec_from(item) for item in entry.get("fieldSpecs") or ()]
        config.references.append((spec_from(entry).gvk, specs))
    return config
