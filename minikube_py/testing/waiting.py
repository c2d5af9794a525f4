"""Waiting until an object is as a test wants it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.kubectl.waiting import CREATED, DELETED, parse_condition
from minikube_py.testing.telling import tell_object

if TYPE_CHECKING:
    from minikube_py.client.resources import Resource
    from minikube_py.client.rest import Client

Object = dict[str, Any]
Condition = str | Callable[[Object], object]
Check = Callable[[Object | None], bool]


class Wanted:
    """What an object is to become. `text` says it in a message."""

    def __init__(self, condition: Condition) -> None:
        """Take a text or a function. Raises ValueError for a text that says nothing."""
        self.text = condition if isinstance(condition, str) else "what the function wants"
        self._check = _parse(condition) if isinstance(condition, str) else lambda obj: obj is not None and bool(condition(obj))

    def is_met(self, obj: Object | None) -> bool:
        """Judge an object, or None where there is none. A field or item that is not there yet is no reason to give up."""
        try:
            return self._check(obj)
        except LookupError:
            return False


def _parse(condition: str) -> Check:
    short = condition.lower() not in ("create", "delete") and not condition.startswith(("condition=", "jsonpath="))
    try:
        wanted = parse_condition(f"condition={condition}" if short else condition)
    except CliError as error:
        raise ValueError(str(error)) from None
    if wanted is DELETED:
        return lambda obj: obj is None
    if wanted is CREATED:
        return lambda obj: obj is not None
    return lambda obj: obj is not None and wanted.is_met(obj)


def wait_for(client: Client, what: tuple[Resource, str, str], wanted: Wanted, seconds: float) -> Object:
    """Return the object `what` (resource, name, namespace) as soon as it is as wanted, {} for none. Raises TimeoutError."""
    resource, name, namespace = what
    only = f"metadata.name={name}"
    listed = client.list(resource, namespace, field_selector=only)
    obj: Object | None = next(iter(listed.get("items") or ()), None)
    if wanted.is_met(obj):
        return obj or {}
    version = listed["metadata"]["resourceVersion"]
    events = client.watch(resource, namespace, timeout=seconds, resourceVersion=version, fieldSelector=only)
    with closing(events):  # type: ignore[type-var]
        for event in events:
            if event.type not in ("ADDED", "MODIFIED", "DELETED"):
                continue
            obj = None if event.type == "DELETED" else event.object
            if wanted.is_met(obj):
                return obj or {}
    told = tell_object(client, resource, namespace, obj)
    raise TimeoutError(f"{resource.plural}/{name}: not {wanted.text} after {seconds:g} seconds\n  {told}")
