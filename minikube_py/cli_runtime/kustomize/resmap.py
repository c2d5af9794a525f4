"""The resources of a build in the order they came, each id once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.resid import ResId
from minikube_py.cli_runtime.kustomize.resource import Resource

Object = dict[str, Any]


class ResMap:
    """A list of resources in which ids are found."""

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self.resources = list(resources)

    def __iter__(self) -> Iterator[Resource]:
        return iter(list(self.resources))

    def __len__(self) -> int:
        return len(self.resources)

    def append(self, resource: Resource) -> None:
        """Add one. Raises KustomizeError where its id is there already."""
        if self.find_current(resource.id):
            raise KustomizeError(f"may not add resource with an already registered id: {resource.id}")
        self.resources.append(resource)

    def append_all(self, resources: Iterable[Resource]) -> None:
        """Add several, in order. Raises KustomizeError."""
        for resource in resources:
            self.append(resource)

    def replace_all(self, resources: Iterable[Resource]) -> None:
        """Hold these and no others. Raises KustomizeError where an id stands twice."""
        new = ResMap()
        new.append_all(resources)
        self.resources = new.resources

    def find_current(self, wanted: ResId) -> list[Resource]:
        """Return the resources whose current id it is."""
        return [resource for resource in self.resources if wanted.equals(resource.id)]

    def find_any(self, matches: Callable[[ResId], bool]) -> list[Resource]:
        """Return the resources of which a former or the current id matches."""
        return [r for r in self.resources if any(map(matches, (*r.previous_ids, r.id)))]

    def get(self, wanted: ResId) -> Resource:
        """Return the one resource that has or had the id. Raises KustomizeError."""
        found = self.find_any(wanted.equals)
        if len(found) != 1:
            how = "multiple matches" if found else "no matches"
            raise KustomizeError(f"{how} for Id {wanted}; failed to find unique target for patch {wanted}")
        return found[0]

    def absorb(self, resource: Resource) -> None:
        """Take in a generated resource: add it, merge it into the one that is there, or replace that. Raises KustomizeError."""
        found = self.find_any(resource.id.equals)
        if not found:
            if resource.behavior in ("merge", "replace"):
                raise KustomizeError(f"id {resource.id.to_go()} does not exist; cannot merge or replace")
            self.append(resource)
            return
        if len(found) > 1:
            listing = " ".join(r.id.to_go() for r in found)
            raise KustomizeError(f"found multiple objects [{listing}] that could accept merge of {resource.id}")
        if resource.behavior not in ("merge", "replace"):
            raise KustomizeError(f"id {resource.id.to_go()} exists; behavior must be merge or replace")
        old = found[0]
        merges = resource.behavior == "merge"
        resource.take_over(old)
        if merges:
            resource.origin = old.origin or resource.origin
            for field in ("data", "binaryData"):
                _merge_data(resource.obj, old.obj, field)
        self.resources[self.resources.index(old)] = resource

    def select(self, selector: Selector) -> list[Resource]:
        """Return the resources that a patch's target selects. Raises KustomizeError."""
        return [resource for resource in self.resources if selector.matches(resource)]

    def drop_empty(self) -> None:
        """Forget resources that a patch deleted."""
        self.resources = [resource for resource in self.resources if resource.obj]


def _merge_data(new: Object, old: Object, field: str) -> None:
    mappings = [obj[field] for obj in (old, new) if isinstance(obj.get(field), dict)]
    merged = {key: value for mapping in mappings for key, value in mapping.items()}
    if merged:
        new[field] = merged
    else:
        new.pop(field, None)


class Selector:
    """A patch's target: each given part is a regular expression for the whole, and selectors for labels and annotations."""

    def __init__(self, fields: Object) -> None:
        self.fields = fields
        self._patterns = {name: _compile(fields.get(name) or "") for name in ("group", "version", "kind", "name", "namespace")}
        self._labels = parse_label_selector(fields.get("labelSelector") or "")
        self._annotations = parse_label_selector(fields.get("annotationSelector") or "")

    def matches(self, resource: Resource) -> bool:
        """Return whether a resource is meant, by its original or its current name and namespace."""
        now, first = resource.id, resource.original_id
        if not self._matches("namespace", first.effective_namespace, now.effective_namespace):
            return False
        if not self._matches("name", first.name, now.name):
            return False
        if not all(self._matches(part, text) for part, text in zip(("group", "version", "kind"), now.gvk, strict=True)):
            return False
        return self._labels(resource.get_map("labels")) and self._annotations(resource.get_map("annotations"))

    def _matches(self, part: str, *texts: str) -> bool:
        pattern = self._patterns[part]
        return pattern is None or any(pattern.fullmatch(text) for text in texts)


def _compile(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except re.error as error:
        raise KustomizeError(f"error parsing regexp: {_explain(error, text)}") from None


def _explain(error: re.error, text: str) -> str:
    """Return what is wrong with a pattern in the words of Go, which sees it with its anchors."""
    whole = f"^(?:{text})$"
    if error.msg.startswith("missing )"):
        return f"missing closing ): `{whole}`"
    if error.msg.startswith("unbalanced"):
        return f"unexpected ): `{whole}`"
    if error.msg.startswith("unterminated character set"):
        return f"missing closing ]: `{text[error.pos or 0 :]})$`"
    if error.msg.startswith(("nothing to repeat", "multiple repeat")):
        return f"missing argument to repetition operator: `{text[error.pos or 0 :][:1]}`"
    return f"{error.msg}: `{whole}`"


def parse_label_selector(text: str) -> Callable[[dict[str, str]], bool]:
    """Return what tells whether labels match a selector. Raises KustomizeError."""
    from minikube_py.apimachinery.labels import parse_selector

    try:
        return parse_selector(text).matches
    except ValueError as error:
        raise KustomizeError(str(error)) from error
