"""Which objects a request's labelSelector and fieldSelector choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apis.kind import Kind
from minikube_py.client.request import Request

Object = dict[str, Any]
Predicate = Callable[[Object], bool]


def make_predicate(kind: Kind, request: Request) -> Predicate | None:
    """Return a test of objects, or None where the request selects all. Raises BadRequest for what cannot be parsed."""
    tests: list[Predicate] = []
    if request.name and request.verb in ("list", "watch"):
        tests.append(lambda obj: obj["metadata"]["name"] == request.name)
    if text := request.params.get("labelSelector"):
        from minikube_py.apimachinery.labels import parse_selector

        try:
            selector = parse_selector(text)
        except ValueError as error:
            raise errors.BadRequest(f"{error}") from error
        tests.append(lambda obj: selector.matches(obj["metadata"].get("labels") or {}))
    if text := request.params.get("fieldSelector"):
        tests.append(_make_versioned_field_test(kind, text))
    if not tests:
        return None
    return tests[0] if len(tests) == 1 else lambda obj: all(test(obj) for test in tests)


def _make_versioned_field_test(kind: Kind, text: str) -> Predicate:
    """Fields are those of the version asked for, where it names any."""
    if kind.view is None or not kind.view.selectable:
        return _make_field_test(kind, text)
    test = _make_field_test(kind.view, text)
    return lambda obj: test(kind.show(obj))


def _make_field_test(kind: Kind, text: str) -> Predicate:
    from minikube_py.apimachinery.fields import parse_field_selector

    try:
        selector = parse_field_selector(text)
    except ValueError as error:
        raise errors.BadRequest(f"{error}") from error
    getters: dict[str, Callable[[Object], str]] = {
        "metadata.name": lambda obj: obj["metadata"]["name"],
        "metadata.namespace": lambda obj: obj["metadata"].get("namespace", ""),
        **kind.selectable,
    }
    known = bool(kind.selectable or kind.custom)
    if known and not kind.namespaced:
        del getters["metadata.namespace"]
    for field in [requirement.field for requirement in selector.requirements]:
        if field not in getters:
            unknown = f'"{field}" is not a known field selector: only "metadata.name", "metadata.namespace"'
            raise errors.BadRequest(kind.unselectable.format(field) if known else unknown)
    used = {r.field: getters[r.field] for r in selector.requirements}
    return lambda obj: selector.matches({name: get(obj) for name, get in used.items()})
