"""Server-side apply by the manager `kubectl` of what client-side apply made: it takes over what it applied itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.last_applied import ANNOTATION, encode_configuration, get_original
from minikube_py.apimachinery.patch.apply import apply
from minikube_py.apimachinery.patch.managed_fields import ManagerInfo, update_managed_fields

from .objects import CONFIG_MAP

T0, T1 = "2026-11-21T06:00:00Z", "2026-11-21T06:00:01Z"


def config(**data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "box"}, "data": data}


def applied_by_client(last: str, **data: str) -> dict[str, Any]:
    """Return the live object with that annotation, all its fields client-side apply's."""
    obj = {**config(**data), "metadata": {"name": "box", "annotations": {ANNOTATION: last}}}
    info = ManagerInfo("kubectl-client-side-apply", "v1", T0)
    return {**obj, "metadata": {**obj["metadata"], "managedFields": update_managed_fields(None, obj, CONFIG_MAP, info)}}


def apply_by(manager: str, live: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    return apply(live, wanted, CONFIG_MAP, ManagerInfo(manager, "v1", T1))


def test_what_it_applied_before_is_no_conflict() -> None:
    live = applied_by_client(encode_configuration(config(a="1")), a="1")
    assert apply_by("kubectl", live, config(a="2"))["data"] == {"a": "2"}


@pytest.mark.parametrize(
    ("manager", "last"),
    [
        pytest.param("another", encode_configuration(config(a="1")), id="another-manager"),
        pytest.param("kubectl", encode_configuration(config(a="0")), id="changed-since"),
        pytest.param("kubectl", encode_configuration(config(b="1")), id="never-applied"),
        pytest.param("kubectl", encode_configuration({**config(a="1"), "apiVersion": "v2"}), id="another-version"),
        pytest.param("kubectl", encode_configuration({**config(a="1"), "bogus": 1}), id="not-of-the-type"),
        pytest.param("kubectl", "{", id="no-json"),
        pytest.param("kubectl", "", id="empty"),
    ],
)
def test_all_else_is_a_conflict(manager: str, last: str) -> None:
    with pytest.raises(errors.Conflict) as caught:
        apply_by(manager, applied_by_client(last, a="1"), config(a="2"))
    message = 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a'
    assert caught.value.message == message


def test_only_the_fields_of_others_are_named() -> None:
    live = applied_by_client(encode_configuration(config(a="1", b="0")), a="1", b="1")
    with pytest.raises(errors.Conflict) as caught:
        apply_by("kubectl", live, config(a="2", b="2"))
    assert [cause["field"] for cause in (caught.value.details or {})["causes"]] == [".data.b"]


def test_the_annotation_is_kept_up_to_date_by_kubectl_alone() -> None:
    live = applied_by_client(encode_configuration(config(a="1")), a="1")
    text = get_original(apply_by("kubectl", live, config(a="2")))
    assert text == '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"box"}}\n'
    other = apply_by("other", live, config(b="2"))
    assert json.loads(get_original(other) or "")["data"] == {"a": "1"}


def test_no_annotation_is_made() -> None:
    assert get_original(apply(None, config(a="1"), CONFIG_MAP, ManagerInfo("kubectl", "v1", T0))) is None


def test_an_annotation_that_grows_too_large_goes() -> None:
    live = applied_by_client(encode_configuration(config(a="1")), a="1")
    assert get_original(apply_by("kubectl", live, config(a="x" * 300_000))) is None


def test_the_annotation_does_not_hold_itself() -> None:
    wanted = {**config(), "metadata": {"name": "box", "annotations": {ANNOTATION: "old", "b": "<c>"}}}
    assert json.loads(encode_configuration(wanted))["metadata"]["annotations"] == {"b": "<c>"}
    assert "\\u003cc\\u003e" in encode_configuration(wanted)
