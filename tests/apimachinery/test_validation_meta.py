"""Metadata and selectors: field errors as a real 1.33 server gives them."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import new_invalid
from minikube_py.apimachinery.names import name_is_dns_label, name_is_dns_subdomain
from minikube_py.apimachinery.validation_meta import (
    validate_annotations,
    validate_finalizers,
    validate_label_selector,
    validate_labels,
    validate_object_meta,
    validate_object_meta_update,
)
from minikube_py.apimachinery.validation_owners import validate_owner_references

Meta = dict[str, Any]

SUBDOMAIN_ERROR = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
QUALIFIED_ERROR = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


def _create(meta: Meta, *, namespaced: bool = True, built_in: bool = True) -> list[str]:
    errors = validate_object_meta(meta, namespaced=namespaced, name_validator=name_is_dns_subdomain, built_in=built_in)
    return [str(error) for error in errors]


def test_good_metadata() -> None:
    meta = {
        "name": "web",
        "namespace": "default",
        "labels": {"app": "web"},
        "annotations": {"Example.COM/Note": "\u00e9" * 1000},
        "finalizers": ["example.com/a", "kubernetes"],
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "r", "uid": "u", "controller": True}],
        "generation": 1,
    }
    assert _create(meta) == []
    assert _create({"name": "a", "labels": None, "annotations": None, "finalizers": None}, namespaced=False) == []


@pytest.mark.parametrize(
    ("meta", "namespaced", "errors"),
    [
        ({"namespace": "d"}, True, ["metadata.name: Required value: name or generateName is required"]),
        ({"name": "a"}, True, ["metadata.namespace: Required value"]),
        ({"name": "a", "namespace": "b.c"}, True, ['metadata.namespace: Invalid value: "b.c": must not contain dots']),
        ({"name": "a", "namespace": "d"}, False, ["metadata.namespace: Forbidden: not allowed on this type"]),
        (
            {"name": "a", "generation": -1},
            False,
            ["metadata.generation: Invalid value: -1: must be greater than or equal to 0"],
        ),
        (
            {"generateName": "Bad_gen-", "name": "Bad_gen-abcde"},
            False,
            [
                f'metadata.generateName: Invalid value: "Bad_gen-": {SUBDOMAIN_ERROR}',
                f'metadata.name: Invalid value: "Bad_gen-abcde": {SUBDOMAIN_ERROR}',
            ],
        ),
        (
            {"name": "a", "annotations": {"bad key": "v"}, "labels": {"UPPER/x": "v"}},
            False,
            [
                f'metadata.labels: Invalid value: "UPPER/x": prefix part {SUBDOMAIN_ERROR}',
                f'metadata.annotations: Invalid value: "bad key": name part {QUALIFIED_ERROR}',
            ],
        ),
    ],
)
def test_bad_metadata(meta: Meta, namespaced: bool, errors: list[str]) -> None:
    assert _create(meta, namespaced=namespaced) == errors


def test_the_path_and_the_name_rule_are_the_callers() -> None:
    errors = validate_object_meta(
        {"name": "a.b"}, namespaced=False, name_validator=name_is_dns_label, path="spec.template.metadata"
    )
    assert [str(e) for e in errors] == ['spec.template.metadata.name: Invalid value: "a.b": must not contain dots']


def test_annotations_hold_256_kib() -> None:
    assert validate_annotations({"a": "x" * (256 * 1024 - 1)}, "metadata.annotations") == []
    errors = validate_annotations({"a": "\u00e9" * (128 * 1024)}, "metadata.annotations")
    assert [str(e) for e in errors] == ["metadata.annotations: Too long: may not be more than 262144 bytes"]


def test_label_values() -> None:
    errors = validate_labels({"k": "x" * 64}, "metadata.labels")
    assert [str(e) for e in errors] == [f'metadata.labels: Invalid value: "{"x" * 64}": must be no more than 63 characters']


STANDARD = "name is neither a standard finalizer name nor is it fully qualified"


def test_finalizers_of_built_in_kinds_need_a_slash() -> None:
    held = ["noslash", "bad one/x"]
    prefix = f'f: Invalid value: "bad one/x": prefix part {SUBDOMAIN_ERROR}'
    assert [str(e) for e in validate_finalizers(held, "f")] == [prefix, f'f[0]: Invalid value: "noslash": {STANDARD}']
    assert [str(e) for e in validate_finalizers(held, "f", built_in=False)] == [prefix]


def test_dependents_cannot_be_both_kept_and_deleted() -> None:
    assert [str(e) for e in validate_finalizers(["orphan", "foregroundDeletion"], "f")] == [
        'f: Invalid value: []string{"orphan", "foregroundDeletion"}: finalizer orphan and foregroundDeletion cannot be both set'
    ]


OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "p", "uid": "a"}


@pytest.mark.parametrize(
    ("reference", "error"),
    [
        ({**OWNER, "uid": ""}, 'o.uid: Invalid value: "": uid must not be empty'),
        ({**OWNER, "name": None}, 'o.name: Invalid value: "": name must not be empty'),
        ({**OWNER, "kind": ""}, 'o.kind: Invalid value: "": kind must not be empty'),
        ({**OWNER, "apiVersion": ""}, 'o.apiVersion: Invalid value: "": version must not be empty'),
        ({**OWNER, "apiVersion": "apps/"}, 'o.apiVersion: Invalid value: "apps/": version must not be empty'),
        (
            {**OWNER, "kind": "Event"},
            'o: Invalid value: v1.OwnerReference{APIVersion:"v1", Kind:"Event", Name:"p", UID:"a", '
            "Controller:(*bool)(nil), BlockOwnerDeletion:(*bool)(nil)}: /v1, Kind=Event is disallowed from being an owner",
        ),
    ],
)
def test_owner_references(reference: Meta, error: str) -> None:
    assert [str(e) for e in validate_owner_references([reference], "o")] == [error]


def test_an_object_has_one_controller() -> None:
    first, second = {**OWNER, "controller": True}, {**OWNER, "name": "q", "controller": True}
    (error,) = validate_owner_references([first, second], "metadata.ownerReferences")
    assert str(error).startswith("metadata.ownerReferences: Invalid value: []v1.OwnerReference{v1.OwnerReference{APIVersion:")
    assert error.detail == (
        'Only one reference can have Controller set to true. Found "true" in references for ConfigMap/p and ConfigMap/q'
    )


def test_a_go_literal_is_shown_in_message_and_cause_alike() -> None:
    errors = validate_finalizers(["orphan", "foregroundDeletion"], "metadata.finalizers")
    status = new_invalid("", "Pod", "web", errors).to_status()
    assert "metadata.finalizers: Invalid value: []string{" in status["message"]
    assert status["details"]["causes"][0]["message"].startswith('Invalid value: []string{"orphan"')


@pytest.mark.parametrize(
    ("selector", "errors"),
    [
        (None, []),
        ({}, []),
        ({"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "k", "operator": "In", "values": ["v"]}]}, []),
        (
            {"matchExpressions": [{"key": "k", "operator": "In"}]},
            ["s.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
        ),
        (
            {"matchExpressions": [{"key": "k", "operator": "Exists", "values": ["v"]}]},
            ["s.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"],
        ),
        (
            {"matchExpressions": [{"key": "k", "operator": "Exists"}, {"key": "", "operator": "Near"}]},
            [
                's.matchExpressions[1].operator: Invalid value: "Near": not a valid selector operator',
                's.matchExpressions[1].key: Invalid value: "": name part must be non-empty',
                f's.matchExpressions[1].key: Invalid value: "": name part {QUALIFIED_ERROR}',
            ],
        ),
        (
            {"matchExpressions": [{"key": "k", "operator": "NotIn", "values": ["v", "x" * 64]}]},
            [f's.matchExpressions[0].values[1]: Invalid value: "{"x" * 64}": must be no more than 63 characters'],
        ),
        (
            {"matchLabels": {"-": "v"}},
            [f's.matchLabels: Invalid value: "-": name part {QUALIFIED_ERROR}'],
        ),
    ],
)
def test_label_selectors(selector: Meta | None, errors: list[str]) -> None:
    assert [str(e) for e in validate_label_selector(selector, "s")] == errors


OLD: Meta = {
    "name": "a",
    "namespace": "d",
    "uid": "u",
    "resourceVersion": "1",
    "generation": 2,
    "creationTimestamp": "2026-11-21T06:30:00Z",
}
LATER = "2026-11-21T07:00:00Z"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({}, []),
        ({"labels": {"a": "b"}, "generation": 3}, []),
        ({"uid": "x"}, ['metadata.uid: Invalid value: "x": field is immutable']),
        ({"name": "b"}, ['metadata.name: Invalid value: "b": field is immutable']),
        ({"namespace": None}, ['metadata.namespace: Invalid value: "": field is immutable']),
        ({"resourceVersion": ""}, ['metadata.resourceVersion: Invalid value: "": must be specified for an update']),
        ({"generation": 1}, ["metadata.generation: Invalid value: 1: must not be decremented"]),
        (
            {"creationTimestamp": LATER},
            ["metadata.creationTimestamp: Invalid value: 2026-11-21 07:00:00 +0000 UTC: field is immutable"],
        ),
        (
            {"deletionTimestamp": LATER, "deletionGracePeriodSeconds": 30},
            [
                "metadata.deletionTimestamp: Invalid value: 2026-11-21 07:00:00 +0000 UTC: field is immutable",
                "metadata.deletionGracePeriodSeconds: Invalid value: 30: field is immutable",
            ],
        ),
        ({"labels": {"a": "x" * 64}}, [f'metadata.labels: Invalid value: "{"x" * 64}": must be no more than 63 characters']),
        ({"finalizers": ["noslash"]}, [f'metadata.finalizers[0]: Invalid value: "noslash": {STANDARD}']),
    ],
    ids=str,
)
def test_updates(changes: Meta, errors: list[str]) -> None:
    assert [str(e) for e in validate_object_meta_update({**OLD, **changes}, OLD)] == errors


def test_an_object_that_is_being_deleted_gets_no_finalizers_and_stays_so() -> None:
    old = {**OLD, "deletionTimestamp": LATER, "deletionGracePeriodSeconds": 0, "finalizers": ["example.com/a"]}
    kept = {**old, "finalizers": []}
    assert validate_object_meta_update(kept, old) == []
    more = {**OLD, "finalizers": ["example.com/a", "example.com/new"]}
    assert [str(e) for e in validate_object_meta_update(more, old)] == [
        "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, "
        'found new finalizers []string{"example.com/new"}',
        'metadata.deletionTimestamp: Invalid value: "null": field is immutable',
        'metadata.deletionGracePeriodSeconds: Invalid value: "null": field is immutable',
    ]


def test_custom_resources_may_have_finalizers_without_slash() -> None:
    assert _create({"name": "a", "finalizers": ["noslash"]}, namespaced=False, built_in=False) == []
    assert validate_object_meta_update({**OLD, "finalizers": ["noslash"]}, OLD, built_in=False) == []
