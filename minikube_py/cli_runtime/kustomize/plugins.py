"""`generators`, `transformers` and `validators`: kustomize's own ones with a config each. Others would be programs, and are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.kustomize import images, labels, names, namespaces, origins, patches, replacements
from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec, spec_from
from minikube_py.cli_runtime.kustomize.fields import BOOL, PAIRS, STRING, STRINGS, DecodeError, ListOf, MapOf, Struct, decode
from minikube_py.cli_runtime.kustomize.generators import generate
from minikube_py.cli_runtime.kustomize.kustomization import Kustomization
from minikube_py.cli_runtime.kustomize.kustomization_types import (
    CONFIG_MAP_ARGS,
    FIELD_SPEC,
    IMAGE,
    OBJECT_META,
    REPLACEMENT_FIELD,
    REPLICA,
    SECRET_ARGS,
    SELECTOR,
    SORT_OPTIONS,
)
from minikube_py.cli_runtime.kustomize.loader import Loader
from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.resource import Resource
from minikube_py.cli_runtime.kustomize.sort_order import sort_resources

if TYPE_CHECKING:
    from minikube_py.cli_runtime.kustomize.accumulator import Accumulator

Object = dict[str, Any]
Transform = Callable[[ResMap], None]

_SPECS = ListOf(FIELD_SPEC)
_FIELDS: dict[str, dict[str, Any]] = {
    "AnnotationsTransformer": {"annotations": PAIRS, "fieldSpecs": _SPECS},
    "HashTransformer": {},
    "ImageTagTransformer": {"imageTag": IMAGE, "fieldSpecs": _SPECS},
    "LabelTransformer": {"labels": PAIRS, "fieldSpecs": _SPECS},
    "NamespaceTransformer": {"fieldSpecs": _SPECS, "unsetOnly": BOOL, "setRoleBindingSubjects": STRING},
    "PatchJson6902Transformer": {"target": SELECTOR, "path": STRING, "jsonOp": STRING},
    "PatchStrategicMergeTransformer": {"paths": STRINGS, "patches": STRING},
    "PatchTransformer": {"path": STRING, "patch": STRING, "target": SELECTOR, "options": MapOf(BOOL)},
    "PrefixTransformer": {"prefix": STRING, "fieldSpecs": _SPECS},
    "SuffixTransformer": {"suffix": STRING, "fieldSpecs": _SPECS},
    "ReplacementTransformer": {"replacements": ListOf(REPLACEMENT_FIELD)},
    "ReplicaCountTransformer": {"replica": REPLICA, "fieldSpecs": _SPECS},
    "SortOrderTransformer": {"sortOptions": SORT_OPTIONS},
}
_GENERATORS: dict[str, Struct] = {"ConfigMapGenerator": CONFIG_MAP_ARGS, "SecretGenerator": SECRET_ARGS}


def refuse_helm(kustomization: Kustomization, *, enabled: bool) -> None:
    """Raise KustomizeError where charts are to be inflated: that would be done by a program, helm."""
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    charts = kustomization.list("helmCharts")
    if charts and enabled:
        raise KustomizeError("charts cannot be inflated: helm is not run")
    if charts:
        fields = {**(kustomization.fields.get("helmGlobals") or {}), **charts[0]}
        shown = encode_yaml({key: value for key, value in fields.items() if value})
        kind = "HelmChartInflationGenerator"
        raise KustomizeError(f"trouble configuring builtin {kind} with config: `\n{shown}`: must specify --enable-helm")


def absorb(resources: ResMap, made: Resource) -> None:
    """Take in what a generator made. Raises KustomizeError, which shows Go's pointers to the generator and its origin."""
    try:
        resources.absorb(made)
    except KustomizeError as error:
        origin = "<nil>" if made.origin is None else f"0xc{id(made.origin) & 0xFFFFFFFFF:09x}"
        raise error.wrap(f"merging from generator &{{0xc{id(made) & 0xFFFFFFFFF:09x} {origin}}}") from error


def run_generators(load_configs: Callable[[], ResMap], loader: Loader, acc: Accumulator) -> None:
    """Run what `generators` names, which `load_configs` returns. Raises KustomizeError."""
    try:
        made = [(config, _generate(loader, config)) for config in load_configs()]
    except KustomizeError as error:
        raise error.wrap("loading generator plugins") from error
    for config, resource in made:
        resource.origin = origins.plugin_origin(config)
        absorb(acc.resources, resource)


def _generate(loader: Loader, config: Resource) -> Resource:
    try:
        _check_builtin(config)
        struct = _GENERATORS.get(config.kind)
        if struct is None:
            raise KustomizeError(f"plugin {config.original_id} not a generator")
        fields = {key: value for key, value in config.obj.items() if key in struct.fields}
        args = {"name": config.name, "namespace": config.namespace, **decode(fields, struct)}
        return generate(loader, config.kind.removesuffix("Generator"), args)
    except KustomizeError as error:
        raise error.wrap("failed to load generator") from error
    except DecodeError as error:
        raise KustomizeError(f"failed to load generator: plugin {config.original_id} fails configuration: {error}") from None


def make_transformers(configs: ResMap, loader: Loader) -> list[tuple[Resource, Transform]]:
    """Return what `transformers` or `validators` name, with their configs. Raises KustomizeError."""
    return [(config, _make(loader, config)) for config in configs]


def _check_builtin(config: Resource) -> None:
    if config.obj.get("apiVersion") != "builtin":
        kind = config.original_id.gvk.kind
        raise KustomizeError(f"external plugins disabled; unable to load external plugin '{kind}'")
    if config.kind not in _FIELDS and config.kind not in _GENERATORS:
        raise KustomizeError(f"unable to load builtin {config.gvk}")


def _make(loader: Loader, config: Resource) -> Transform:
    _check_builtin(config)
    if config.kind not in _FIELDS:
        raise KustomizeError(f"plugin {config.original_id} not a transformer")
    try:
        fields = {key: value for key, value in config.obj.items() if key in _FIELDS[config.kind]}
        args = decode(fields, Struct(config.kind, _FIELDS[config.kind], "builtins"))
        args["metadata"] = decode(
            {k: v for k, v in (config.obj.get("metadata") or {}).items() if k in OBJECT_META.fields}, OBJECT_META
        )
        return _make_builtin(loader, config, args)
    except (KustomizeError, DecodeError) as error:
        raise KustomizeError(f"plugin {config.original_id} fails configuration: {error}") from error


def _make_builtin(loader: Loader, config: Resource, args: Object) -> Transform:
    kind = config.kind
    specs = [spec_from(item) for item in args.get("fieldSpecs") or ()]
    if kind in ("PrefixTransformer", "SuffixTransformer"):
        return _make_affix(kind, args, specs)
    if kind == "PatchTransformer":
        return patches.make_patch(loader, args, config.obj)
    if kind == "PatchStrategicMergeTransformer":
        return patches.make_strategic_merge(loader, args.get("paths") or (), args.get("patches") or "")
    if kind == "PatchJson6902Transformer":
        return patches.make_json_patch(loader, args)
    if kind == "ReplacementTransformer":
        loaded = replacements.load_replacements(loader, args.get("replacements") or ())
        return lambda resmap: replacements.replace_values(resmap, loaded)
    if kind == "HashTransformer":
        return names.add_hashes
    if kind == "SortOrderTransformer":
        return lambda resmap: sort_resources(resmap, args.get("sortOptions") or {"order": "fifo"})
    return _make_setter(kind, args, specs)


def _make_affix(kind: str, args: Object, specs: Sequence[FieldSpec]) -> Transform:
    behind = kind == "SuffixTransformer"
    if "fieldSpecs" not in args:
        raise KustomizeError("fieldSpecs is not expected to be nil")
    text = args.get("suffix" if behind else "prefix") or ""
    return lambda resmap: names.add_affix(resmap, text, specs, behind=behind)


def _make_setter(kind: str, args: Object, specs: Sequence[FieldSpec]) -> Transform:
    if kind == "ImageTagTransformer":
        return lambda resmap: images.set_images(resmap, args.get("imageTag") or {}, specs)
    if kind == "ReplicaCountTransformer":
        return lambda resmap: images.set_replicas(resmap, args.get("replica") or {}, specs)
    if kind == "NamespaceTransformer":
        namespace, unset = args["metadata"].get("namespace") or "", bool(args.get("unsetOnly"))
        mode = namespaces.check_subject_mode(args.get("setRoleBindingSubjects") or "")
        return lambda resmap: namespaces.set_namespace(resmap, namespace, specs, mode, unset_only=unset)
    pairs = args.get("labels" if kind == "LabelTransformer" else "annotations") or {}
    return lambda resmap: labels.set_pairs(resmap, pairs, specs)
