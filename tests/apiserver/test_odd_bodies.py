"""Whatever a body says, the API server answers or refuses: each field of real manifests is given values that it is not made for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.client.request import JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, Request
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
Path_ = tuple[str | int, ...]
TESTS = Path(__file__).parent.parent
MANIFESTS = (TESTS / "oracle/state.yaml", *sorted((TESTS / "kubectl/describe/cases").glob("*.yaml")))
KINDS = {(kind.api_version, kind.kind): kind for kind in catalog.list_kinds()}
ODD: tuple[Any, ...] = (None, "", 0, -1, "x", [], {}, [None], [{}], {"": ""}, "a/b", True, [""], 2**40, "é", 1.5, {"a": None})
PER_FIELD = 2


def read_manifests() -> dict[str, tuple[Kind, Object]]:
    """Return a manifest of each kind."""
    found: dict[str, tuple[Kind, Object]] = {}
    for obj in (obj for path in MANIFESTS for obj in yaml.safe_load_all(path.read_text())):
        kind = KINDS.get((obj.get("apiVersion"), obj.get("kind"))) if obj else None
        if kind is not None:
            obj["metadata"].pop("namespace", None)
            found.setdefault(kind.kind, (kind, obj))
    return found


CASES = read_manifests()


def list_paths(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every field and item."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*path, key)
        yield from list_paths(inner, (*path, key))


def replace(obj: Object, path: Path_, value: Any) -> Object:
    """Return a copy with another value at a path."""
    copied = deep_copy(obj)
    place: Any = copied
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return copied


def make_patch(path: Path_, value: Any) -> Any:
    """Return the merge patch that says so; list items are given anew."""
    for part in reversed(path):
        value = {part: value} if isinstance(part, str) else [value]
    return value


def send(cluster: Cluster, kind: Kind, verb: str, name: str, body: Any, **more: Any) -> bool:
    """Return whether the server has answered or refused."""
    where = (kind.group, kind.version, kind.plural, "default" if kind.namespaced else "", name)
    more.setdefault("params", {"dryRun": "All"})
    try:
        cluster.server.handle(Request(verb, *where, body=body, **more))
    except errors.StatusError:
        return True
    return True


@pytest.mark.parametrize("name", CASES)
def test_every_body_has_an_answer(cluster: Cluster, name: str) -> None:
    (kind, obj), chosen = CASES[name], random.Random(name)
    own = obj["metadata"].get("name", "")
    send(cluster, kind, "create", "", obj, params={})
    for path in list(list_paths(obj)):
        for value in chosen.sample(ODD, PER_FIELD):
            odd, patch = replace(obj, path, value), make_patch(path, value)
            assert send(cluster, kind, "create", "", odd)
            assert send(cluster, kind, "update", own, odd)
            for content_type in (MERGE_PATCH, STRATEGIC_MERGE_PATCH):
                assert send(cluster, kind, "patch", own, patch, content_type=content_type)
            operation = {"op": "replace", "path": "/" + "/".join(map(str, path)), "value": value}
            assert send(cluster, kind, "patch", own, [operation], content_type=JSON_PATCH)
