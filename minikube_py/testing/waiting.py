"""Waiting until an object is as a test wants it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.kubectl.waiting import CREATED, DELETED, parse_condition

if TYPE_CHECKING:
    from minikube_py.client.resources import Resource
    from minikube_py.client.rest import Client

Object = dict[str, Any]
Condition = str | Callable[[Object], object]
Check = Callable[[Object | None], bool]


def make_check(condition: Condition) -> Check:
    """Return what judges an object, or None where there is none. Raises ValueError for a text that says nothing."""
    if not isinstance(condition, str):
        return lambda obj: obj is not None and bool(condition(obj))
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


def wait_for(client: Client, what: tuple[Resource, str, str], check: Check, seconds: float) -> Object:
    """Return the object `what` (resource, name, namespace) as soon as `check` is met, {} for none. Raises TimeoutError."""
    resource, name, namespace = what
    only = f"metadata.name={name}"
    listed = client.list(resource, namespace, field_selector=only)
    obj: Object | None = next(iter(listed.get("items") or ()), None)
    if check(obj):
        return obj or {}
    version = listed["metadata"]["resourceVersion"]
    events = client.watch(resource, namespace, timeout=seconds, resourceVersion=version, fieldSelector=only)
    with closing(events):  # type: ignore[type-var]
        for event in events:
            if event.type not in ("ADDED", "MODIFIED", "DELETED"):
                continue
            obj = None if event.type == "DELETED" else event.object
            if check(obj):
                return obj or {}
    raise TimeoutError(f"{resource.plural}/{name} is not as wanted after {seconds:g} seconds: {_tell(obj)}")


def _tell(obj: Object | None) -> str:
    if obj is None:
        return "it is not there"
    return "its status is " + json.dumps(obj.get("status") or {})
