"""Kustomize's own transformers and generators, made from the fields of a kustomization or from a config of kind `builtin`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from minikube_py.cli_runtime.kustomize import images, labels, names, namespaces, patches, replacements
from minikube_py.cli_runtime.kustomize.config import Config
from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.kustomization import Kustomization
from minikube_py.cli_runtime.kustomize.loader import Loader
from minikube_py.cli_runtime.kustomize.resmap import ResMap

Object = dict[str, Any]


class Transformer(NamedTuple):
    """What changes resources, and the kind that it is known by."""

    kind: str
    transform: Callable[[ResMap], None]


def list_transformers(kustomization: Kustomization, config: Config, loader: Loader) -> list[Transformer]:
    """Return the transformers that a kustomization asks for, in kustomize's order. Raises KustomizeError."""
    return [
        *_patches(kustomization, loader),
        *_names(kustomization, config),
        *_labels(kustomization, config),
        *_json_patches(kustomization, loader),
        *_workloads(kustomization, config),
        *_replacements(kustomization, loader),
    ]


def configure(kind: str, fields: Object, make: Callable[[], Callable[[ResMap], None]]) -> Transformer:
    """Make a transformer; what is wrong with its fields is told with them. Raises KustomizeError."""
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    try:
        return Transformer(kind, make())
    except KustomizeError as error:
        shown = encode_yaml({key: value for key, value in fields.items() if value})
        raise error.wrap(f"trouble configuring builtin {kind} with config: `\n{shown}`") from error


def _patches(kustomization: Kustomization, loader: Loader) -> Iterator[Transformer]:
    if paths := kustomization.list("patchesStrategicMerge"):
        kind = "PatchStrategicMergeTransformer"
        yield configure(kind, {"paths": paths}, lambda: patches.make_strategic_merge(loader, paths))
    for patch in kustomization.list("patches"):
        yield configure("PatchTransformer", patch, lambda patch=patch: patches.make_patch(loader, patch))  # type: ignore[misc]


def _names(kustomization: Kustomization, config: Config) -> Iterator[Transformer]:
    fields, specs = kustomization.fields, config.specs
    if namespace := fields.get("namespace"):
        yield Transformer(
            "NamespaceTransformer", lambda resmap: namespaces.set_namespace(resmap, namespace, specs["namespace"])
        )
    if prefix := fields.get("namePrefix"):
        yield Transformer(
            "PrefixTransformer", lambda resmap: names.add_affix(resmap, prefix, specs["namePrefix"], behind=False)
        )
    if suffix := fields.get("nameSuffix"):
        yield Transformer("SuffixTransformer", lambda resmap: names.add_affix(resmap, suffix, specs["nameSuffix"], behind=True))


def _labels(kustomization: Kustomization, config: Config) -> Iterator[Transformer]:
    common = kustomization.fields.get("commonLabels") or {}
    for label in kustomization.list("labels"):
        specs, pairs = labels.specs_of_label(label, config), label.get("pairs") or {}
        yield _set_pairs("LabelTransformer", pairs, specs)
    if common or kustomization.list("labels"):
        yield _set_pairs("LabelTransformer", common, config.specs["commonLabels"])
    if annotations := kustomization.fields.get("commonAnnotations"):
        yield _set_pairs("AnnotationsTransformer", annotations, config.specs["commonAnnotations"])


def _set_pairs(kind: str, pairs: dict[str, str], specs: list[Any]) -> Transformer:
    return Transformer(kind, lambda resmap: labels.set_pairs(resmap, pairs, specs))


def _json_patches(kustomization: Kustomization, loader: Loader) -> Iterator[Transformer]:
    for patch in kustomization.list("patchesJson6902"):
        fields = {"target": patch.get("target"), "path": patch.get("path"), "jsonOp": patch.get("patch")}
        kind = "PatchJson6902Transformer"
        yield configure(kind, fields, lambda fields=fields: patches.make_json_patch(loader, fields))  # type: ignore[misc]


def _workloads(kustomization: Kustomization, config: Config) -> Iterator[Transformer]:
    specs = config.specs
    for replica in kustomization.list("replicas"):
        yield Transformer(
            "ReplicaCountTransformer",
            lambda resmap, replica=replica: images.set_replicas(resmap, replica, specs["replicas"]),  # type: ignore[misc]
        )
    for image in kustomization.list("images"):
        yield Transformer(
            "ImageTagTransformer",
            lambda resmap, image=image: images.set_images(resmap, image, specs["images"]),  # type: ignore[misc]
        )


def _replacements(kustomization: Kustomization, loader: Loader) -> Iterator[Transformer]:
    if entries := kustomization.list("replacements"):

        def make() -> Callable[[ResMap], None]:
            loaded = replacements.load_replacements(loader, entries)
            return lambda resmap: replacements.replace_values(resmap, loaded)

        yield configure("ReplacementTransformer", {"Replacements": entries}, make)
