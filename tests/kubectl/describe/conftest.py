"""Descriptions of objects from files, beside what kubectl 1.33 printed for the same objects.

`cases/NAME.yaml` holds a cluster's objects, the one to describe first; `cases/NAME.txt` is the text recorded from kubectl.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from minikube_py.apimachinery.errors import new_not_found
from minikube_py.apimachinery.labels import parse_selector
from minikube_py.client.request import Request, Response, User, WatchEvent
from minikube_py.client.rest import Client
from minikube_py.component_base.clock import parse_rfc3339
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.registry import describe_object
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]
CASES = Path(__file__).parent / "cases"
NOW = "2026-11-21T12:00:00Z"


class Objects:
    """A transport to a cluster that is a list of objects; reads only."""

    def __init__(self, objects: list[Object]) -> None:
        self.objects = objects
        self.requests: list[Request] = []

    def handle(self, request: Request) -> Response:
        """Answer get and list, with label and field selectors."""
        self.requests.append(request)
        found = [obj for obj in self.objects if self._is_of(obj, request)]
        if request.verb == "list":
            return Response({"kind": "List", "metadata": {}, "items": [o for o in found if _is_selected(o, request.params)]})
        for obj in found:
            if obj["metadata"]["name"] == request.name:
                return Response(obj)
        raise new_not_found(request.group, request.resource, request.name)

    def watch(self, request: Request, timeout: float | None = None) -> Iterator[WatchEvent]:
        """Nothing changes."""
        return iter(())

    def raw(self, method: str, target: str, body: bytes, user: User) -> Iterator[bytes]:
        """No path leads anywhere."""
        raise new_not_found("", "", target)

    def batch(self) -> AbstractContextManager[None]:
        """Nothing is written."""
        return nullcontext()

    def _is_of(self, obj: Object, request: Request) -> bool:
        group, _, version = obj["apiVersion"].rpartition("/")
        namespace = obj["metadata"].get("namespace", "")
        return (
            (group, version) == (request.group, request.version)
            and plural_of(obj["kind"]) == request.resource
            and request.namespace in ("", namespace)
        )


def plural_of(kind: str) -> str:
    """Return the resource of a kind."""
    name = kind.lower()
    if name == "endpoints":
        return name
    return name[:-1] + "ies" if name.endswith("cy") else name + ("es" if name.endswith("s") else "s")


def _is_selected(obj: Object, params: Any) -> bool:
    if not parse_selector(params.get("labelSelector", "")).matches(obj["metadata"].get("labels")):
        return False
    terms = [term for term in params.get("fieldSelector", "").split(",") if term]
    return all(_has_field(obj, term) for term in terms)


def _has_field(obj: Object, term: str) -> bool:
    path, equals, wanted = term.partition("=")
    value: Any = obj
    for name in path.rstrip("!").split("."):
        value = (value or {}).get(name)
    return ((value or "") == wanted.lstrip("=")) is not path.endswith("!") if equals else False


class Describe(Protocol):
    """Describes the first of some objects."""

    def __call__(self, *objects: Object, show_events: bool = True, chunk_size: int = 500) -> str: ...


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are shown in the zone of the user: of tests, UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def describe() -> Describe:
    """Describe an object in a cluster of all that are given, at noon of 2026-11-21."""

    def run(*objects: Object, show_events: bool = True, chunk_size: int = 500) -> str:
        client = Client(Objects(list(objects)))
        return describe_object(objects[0], Context(Writer(), client, parse_rfc3339(NOW), show_events, chunk_size))

    return run


def load_case(name: str) -> list[Object]:
    """Return the objects of a case."""
    with (CASES / f"{name}.yaml").open() as file:
        return list(yaml.load_all(file, Loader=_Loader))


class _Loader(yaml.CSafeLoader):
    """Leaves timestamps as texts."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
