"""A resource on its way through a build: the object, and what is remembered of its names until references are put right."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from minikube_py.cli_runtime.kustomize.resid import Gvk, ResId, gvk_of
from minikube_py.cli_runtime.kustomize.scalars import text_of

Object = dict[str, Any]


class Resource:
    """An object and its history. `previous` are the ids it had, oldest first; `obj` is empty once it is deleted."""

    def __init__(self, obj: Object) -> None:
        self.obj = obj
        self.previous: list[tuple[str, str, str]] = []  # namespace, name, kind
        self.prefixes: list[str] = []
        self.suffixes: list[str] = []
        self.needs_hash = False
        self.behavior = ""
        self.allows_name_change = False
        self.allows_kind_change = False
        self.variables: list[str] = []
        self.origin: Object | None = None
        self.transformations: list[Object] = []
        self.problem = ""  # what is wrong with its YAML, told when it is written

    def copy(self) -> Resource:
        """Return a copy that shares nothing."""
        return copy.deepcopy(self)

    @property
    def gvk(self) -> Gvk:
        """The type."""
        return gvk_of(self.obj)

    @property
    def kind(self) -> str:
        """The kind."""
        return text_of(self.obj.get("kind") or "")

    @property
    def name(self) -> str:
        """The current name."""
        return self._get_meta("name")

    @property
    def namespace(self) -> str:
        """The current namespace, "" where none is written."""
        return self._get_meta("namespace")

    def _get_meta(self, field: str) -> str:
        metadata = self.obj.get("metadata")
        value = metadata.get(field) if isinstance(metadata, dict) else None
        return text_of(value) if value is not None and not isinstance(value, dict | list) else ""

    def set_name(self, name: str) -> None:
        """Write the name."""
        self._metadata()["name"] = name

    def set_namespace(self, namespace: str) -> None:
        """Write the namespace, or take it away."""
        if namespace:
            self._metadata()["namespace"] = namespace
        else:
            self._metadata().pop("namespace", None)

    def get_map(self, field: str) -> dict[str, str]:
        """Return the labels or annotations as texts."""
        metadata = self.obj.get("metadata")
        values = metadata.get(field) if isinstance(metadata, dict) else None
        if not isinstance(values, dict):
            return {}
        return {key: "" if isinstance(value, dict | list) else text_of(value) for key, value in values.items()}

    def set_map(self, field: str, values: dict[str, str]) -> None:
        """Write the labels or annotations; an empty map goes away."""
        metadata = self._metadata()
        metadata.pop(field, None)
        if values:
            metadata[field] = dict(values)

    def _metadata(self) -> Object:
        metadata = self.obj.get("metadata")
        if not isinstance(metadata, dict):
            metadata = self.obj["metadata"] = {}
        return metadata

    @property
    def id(self) -> ResId:
        """The current id."""
        gvk = self.gvk
        return ResId(gvk, self.name, self.namespace, gvk.is_cluster_scoped)

    @property
    def previous_ids(self) -> list[ResId]:
        """The ids it had, oldest first."""
        group, version, _ = self.gvk
        return [ResId(Gvk(group, version, kind), name, namespace) for namespace, name, kind in self.previous]

    @property
    def original_id(self) -> ResId:
        """The first id."""
        return next(iter(self.previous_ids), self.id)

    def store_id(self) -> None:
        """Remember the current id before it changes."""
        self.previous.append((self.id.effective_namespace, self.name, self.kind))

    def shares_context(self, other: Resource, *, allow_empty: bool) -> bool:
        """Return whether both got the same outermost prefixes and suffixes; with `allow_empty`, none is like any."""
        pairs = ((self.prefixes, other.prefixes), (self.suffixes, other.suffixes))
        return all((allow_empty and not (mine and theirs)) or _same_ending(mine, theirs) for mine, theirs in pairs)

    def take_over(self, old: Resource) -> None:
        """Become the successor of `old`: its name and history, and its labels and annotations below the own ones."""
        for field in ("labels", "annotations"):
            self.set_map(field, old.get_map(field) | self.get_map(field))
        self.needs_hash = self.needs_hash and old.needs_hash
        self.behavior = old.behavior
        self.set_name(old.name)
        self.set_namespace(old.namespace)
        self.previous, self.prefixes, self.suffixes = list(old.previous), list(old.prefixes), list(old.suffixes)
        self.variables = list(old.variables)


def _same_ending(one: Sequence[str], other: Sequence[str]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return list(longer[-len(shorter) :]) == list(shorter) if shorter else not longer
