"""Reads a folder's kustomization file: which one, its fields, the deprecated ones, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.fields import DecodeError, decode
from minikube_py.cli_runtime.kustomize.kustomization_types import KUSTOMIZATION
from minikube_py.cli_runtime.kustomize.loader import Loader

Object = dict[str, Any]

FILE_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
COMPONENT = "Component"
_KIND = "Kustomization"
_VERSIONS = {COMPONENT: "kustomize.config.k8s.io/v1alpha1"}
_VERSION = "kustomize.config.k8s.io/v1beta1"
_EDIT_FIX = "Run 'kustomize edit fix' to update your Kustomization automatically."
_DEPRECATED = {
    "bases": ("resources", _EDIT_FIX),
    "commonLabels": ("labels", _EDIT_FIX),
    "imageTags": ("images", _EDIT_FIX),
    "patchesJson6902": ("patches", _EDIT_FIX),
    "patchesStrategicMerge": ("patches", _EDIT_FIX),
    "vars": ("replacements", f"[EXPERIMENTAL] {_EDIT_FIX}"),
}


class Kustomization(NamedTuple):
    """A kustomization file: the name it has and its fields."""

    file_name: str
    fields: Object

    @property
    def is_component(self) -> bool:
        """Return whether it is a part for others to take in."""
        return bool(self.fields["kind"] == COMPONENT)

    def list(self, name: str) -> list[Any]:
        """Return a field that holds a list, empty where it is not given."""
        return self.fields.get(name) or []


def read_kustomization(loader: Loader, warn: Callable[[str], None]) -> Kustomization:
    """Return the kustomization of a folder, after `warn` was told of deprecated fields. Raises KustomizeError."""
    file_name, data = _find_file(loader)
    fields = _parse(data)
    for name, (better, advice) in _DEPRECATED.items():
        if name in fields:
            warn(f"# Warning: '{name}' is deprecated. Please use '{better}' instead. {advice}")
    _fix(fields)
    if not set(fields) - {"kind", "apiVersion"}:
        raise KustomizeError("kustomization.yaml is empty")
    if problems := _judge_type(fields):
        raise KustomizeError(f"Failed to read kustomization file under {loader.root}:\n" + "\n".join(problems))
    return Kustomization(file_name, fields)


def _find_file(loader: Loader) -> tuple[str, bytes]:
    found = []
    for name in FILE_NAMES:
        try:
            found.append((name, loader.load(name)))
        except KustomizeError:
            continue
    if not found:
        listing = ", ".join(f"'{name}'" for name in FILE_NAMES[:-1])
        raise KustomizeError(f"unable to find one of {listing} or '{FILE_NAMES[-1]}' in directory '{loader.root}'")
    if len(found) > 1:
        raise KustomizeError(f"Found multiple kustomization files under: {loader.root}\n")
    return found[0]


def _parse(data: bytes) -> Object:
    from minikube_py.apimachinery.yaml_load import ManifestError, load_value

    try:
        return decode(load_value(data), KUSTOMIZATION)
    except (ManifestError, DecodeError) as error:
        raise KustomizeError(f"invalid Kustomization: {error}") from None


def _fix(fields: Object) -> None:
    """Fill in the type, and move what stands in old fields to the new ones."""
    fields["kind"] = fields.get("kind") or _KIND
    fields["apiVersion"] = fields.get("apiVersion") or _VERSIONS.get(fields["kind"], _VERSION)
    for old, new in (("bases", "resources"), ("imageTags", "images")):
        if old in fields:
            moved = [*fields.get(new, ()), *fields.pop(old)]
            if moved or new in fields:
                fields[new] = moved
    for name in ("configMapGenerator", "secretGenerator"):
        for generator in fields.get(name) or ():
            if source := generator.pop("env", ""):
                generator["envs"] = [*generator.get("envs", ()), source]
    if old_charts := fields.pop("helmChartInflationGenerator", ()):
        fields["helmCharts"] = [*fields.get("helmCharts", ()), *map(_convert_chart, old_charts)]


def _convert_chart(old: Object) -> Object:
    """Return an entry of helmChartInflationGenerator as one of helmCharts."""
    names = {"chartName": "name", "chartVersion": "version", "chartRepoUrl": "repo", "values": "valuesFile"}
    names |= {"valuesLocal": "valuesInline", "releaseNamespace": "namespace"}
    kept = ("valuesMerge", "releaseName")
    return {names.get(key, key): value for key, value in old.items() if key in names or key in kept}


def _judge_type(fields: Object) -> list[str]:
    kind, version = fields["kind"], fields["apiVersion"]
    problems = [] if kind in (_KIND, COMPONENT) else [f"kind should be {_KIND} or {COMPONENT}"]
    required = _VERSIONS.get(kind, _VERSION)
    if version != required:
        problems.append(f"apiVersion for {kind} should be {required}")
    return problems
