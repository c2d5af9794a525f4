"""Requests of all kinds to all paths: each is answered, none with a fault of ours, and what was made is there.

FUZZ_CASES says how many are tried, FUZZ_SEED where to begin.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikube_py.apis import catalog
from minikube_py.client.http_message import HttpRequest
from tests.fuzz.conftest import CASES, FIRST, Asker
from tests.fuzz.requests import BROKEN, list_served, make_asked, make_path, make_request
from tests.fuzz.sound import SOUND
from tests.fuzz.values import Values

Object = dict[str, Any]
JSON = {"host": "x", "accept": "application/json", "content-type": "application/json"}
MAPS, PODS = "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/pods"
BATCHES = 10
SUBRESOURCES = {
    "pods": ("status", "eviction", "binding", "ephemeralcontainers", "resize", "log", "exec", "proxy"),
    "deployments": ("status", "scale"),
    "replicationcontrollers": ("scale",),
    "serviceaccounts": ("token",),
    "namespaces": ("status", "finalize"),
    "certificatesigningrequests": ("approval", "status"),
}
CONTENT_TYPES = (
    "application/json",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)
few = settings(max_examples=max(20, CASES // 30), derandomize=True, database=None)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_request_is_answered_and_what_was_made_is_there(asker: Asker, batch: int) -> None:
    for seed in range(FIRST + batch * CASES // BATCHES, FIRST + (batch + 1) * CASES // BATCHES):
        message = make_request(seed)
        try:
            status, body = asker.judge(message)
            if status == 201 and message.method == "POST" and message.header("accept") == "application/json":
                check_made(asker, message, body)
        except Exception as error:
            error.add_note(f"seed {seed}: {message.method} {message.target} {message.headers} {message.body[:2000]!r}")
            raise


def catalog_plural(made: Object) -> str:
    """Return how the objects of a kind are called in paths."""
    group, _, version = made["apiVersion"].rpartition("/")
    kind = catalog.find_by_kind(group, made["kind"], version)
    return kind.plural if kind is not None else "?"


def check_made(asker: Asker, message: HttpRequest, body: bytes) -> None:
    """Fail unless an object that was created can be read."""
    path, _, query = message.target.partition("?")
    made = json.loads(body)
    name = made.get("metadata", {}).get("name")
    uid = made.get("metadata", {}).get("uid")
    if not uid or "dryRun" in query or not path.endswith(f"/{catalog_plural(made)}"):
        return
    status, found = asker.ask(HttpRequest("GET", f"{path}/{quote(name)}", JSON))
    if status != 405:  # what is never kept cannot be read
        assert (status, json.loads(found)["metadata"]["uid"]) == (200, uid)


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
@pytest.mark.parametrize(
    ("method", "target"), [("POST", MAPS), ("PUT", f"{MAPS}/a"), ("PATCH", f"{MAPS}/a"), ("DELETE", f"{MAPS}/a")]
)
def test_broken_bodies(asker: Asker, method: str, target: str, content_type: str) -> None:
    for body in BROKEN:
        status, _ = asker.judge(HttpRequest(method, target + "?fieldManager=f", {**JSON, "content-type": content_type}, body))
        assert status != 201 or method == "POST" or b"ConfigMap" in body


@few
@given(body=st.binary(max_size=60), content_type=st.sampled_from(CONTENT_TYPES), magic=st.booleans())
def test_any_bytes(asker: Asker, body: bytes, content_type: str, magic: bool) -> None:
    method, target = ("PATCH", f"{MAPS}/b") if "patch" in content_type else ("POST", MAPS)
    data = b"k8s\x00" + body if magic else body
    asker.judge(HttpRequest(method, target, {**JSON, "content-type": content_type}, data))


@few
@given(
    name=st.sampled_from(["labelSelector", "fieldSelector", "continue", "resourceVersion", "limit", "nope"]),
    text=st.text(max_size=40),
)
def test_any_parameter(asker: Asker, name: str, text: str) -> None:
    for more in ("", "&watch=true&timeoutSeconds=1"):
        status, _ = asker.judge(HttpRequest("GET", f"{PODS}?{name}={quote(text.encode(errors='replace'))}{more}", JSON))
        assert status in (200, 400, 410, 422, 504)


@few
@given(text=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_any_path(asker: Asker, text: str) -> None:
    for prefix in ("/", "//", "/api/v1/", f"{PODS}/", "/apis/apps/v1/namespaces/"):
        asker.judge(HttpRequest("GET", prefix + text, JSON))


@few
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=15,
    )
)
def test_any_value(asker: Asker, value: object) -> None:
    for body in (
        {"metadata": value},
        {"metadata": {"name": "v", "labels": value}},
        {"metadata": {"name": "v"}, "data": value},
        value,
    ):
        asker.judge(HttpRequest("POST", MAPS, JSON, json.dumps(body).encode()))
        asker.judge(HttpRequest("PATCH", f"{MAPS}/v", {**JSON, "content-type": CONTENT_TYPES[4]}, json.dumps(body).encode()))


def make_subresource_requests(seed: int) -> Iterator[HttpRequest]:
    """Yield requests to every subresource of objects that are there."""
    rng = random.Random(seed)
    values = Values(rng, 0.3)
    for plural, subresources in SUBRESOURCES.items():
        kind = next(kind for kind in list_served() if kind.plural == plural)
        root = (
            make_path(kind, "web", "", rng)
            .replace("nope", "default")
            .replace("kube-system", "default")
            .replace("%C3%A9", "default")
        )
        collection = root.removesuffix("/web")
        yield HttpRequest("POST", collection, JSON, json.dumps({**SOUND.get(plural, {}), "metadata": {"name": "web"}}).encode())
        for subresource in subresources:
            for method, content_type in (
                ("GET", ""),
                ("POST", CONTENT_TYPES[0]),
                ("PUT", CONTENT_TYPES[0]),
                *(("PATCH", one) for one in CONTENT_TYPES[3:]),
            ):
                body = b"" if method == "GET" else json.dumps(make_asked(values, kind, "web", subresource)).encode()
                yield HttpRequest(method, f"{root}/{subresource}?fieldManager=f", {**JSON, "content-type": content_type}, body)
                yield HttpRequest(
                    method,
                    f"{root}/{subresource}",
                    {**JSON, "content-type": content_type},
                    json.dumps(values.make_nonsense()).encode(),
                )


@pytest.mark.parametrize("batch", range(BATCHES))
def test_subresources(asker: Asker, batch: int) -> None:
    for seed in range(FIRST + batch * CASES // 300, FIRST + (batch + 1) * CASES // 300):
        for message in make_subresource_requests(seed):
            try:
                asker.judge(message)
            except Exception as error:
                error.add_note(f"seed {seed}: {message.method} {message.target} {message.headers} {message.body[:2000]!r}")
                raise
