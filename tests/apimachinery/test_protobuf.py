"""Kubernetes' protobuf: what real clients sent, every kind there and back, and bytes that are no message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery import decode as strict
from minikube_py.apimachinery.protobuf import messages
from minikube_py.apimachinery.protobuf.decode import MAX_DEPTH, decode_message, decode_unknown
from minikube_py.apimachinery.protobuf.encode import encode_message, encode_unknown
from minikube_py.apimachinery.protobuf.messages import MAGIC, find_message, list_fields
from minikube_py.apimachinery.protobuf.wire_format import read_varint, to_signed, write_bytes, write_number, write_varint
from minikube_py.apimachinery.schema import load
from minikube_py.apis import catalog
from tests.oracle.random_objects import make_object

Object = dict[str, Any]
MICRO_TIMES = ("eventTime", "lastObservedTime", "acquireTime", "renewTime")
KINDS = [kind for kind in catalog.list_kinds() if kind.kind not in ("NodeMetrics", "PodMetrics")]
CRD = "apiextensions.k8s.io/v1.CustomResourceDefinition"
PROPS = "apiextensions.k8s.io/v1.JSONSchemaProps"


def envelope(api_version: str, kind: str, raw: bytes) -> bytes:
    return MAGIC + write_bytes(1, write_bytes(1, api_version.encode()) + write_bytes(2, kind.encode())) + write_bytes(2, raw)


SENT_BY_KUBECTL_1_33 = {
    "6b3873000a320a17617574686f72697a6174696f6e2e6b38732e696f2f7631121753656c665375626a656374416363657373526576696577123c0a100a001200"
    "1a0022002a00320038004200121e0a1c0a0764656661756c7412036765741a0022002a04706f647332003a001a08080012001a0020001a002200": {
        "kind": "SelfSubjectAccessReview",
        "apiVersion": "authorization.k8s.io/v1",
        "metadata": {},
        "spec": {"resourceAttributes": {"namespace": "default", "verb": "get", "resource": "pods"}},
        "status": {"allowed": False},
    },
    "6b3873000a130a027631120d5265736f7572636551756f746112300a110a017112001a0022002a0032003800420012190a0a0a0363707512030a01310a0b0a04"
    "706f647312030a01371a001a002200": {
        "kind": "ResourceQuota",
        "apiVersion": "v1",
        "metadata": {"name": "q"},
        "spec": {"hard": {"cpu": "1", "pods": "7"}},
        "status": {},
    },
    "6b3873000a150a07617070732f7631120a4465706c6f796d656e74129b010a1b0a017712001a0022002a003200380042005a080a03617070120177126e080012"
    "0a0a080a036170701201771a560a1a0a0012001a0022002a003200380042005a080a036170701201771238121a0a016e12016e2a0042006a0072008001008801"
    "00900100a201001a00320042004a0052005800600068008201008a01009a0100c2010022020a00280038001a0c0800100018002000280038001a002200": {
        "kind": "Deployment",
        "apiVersion": "apps/v1",
        "metadata": {"name": "w", "labels": {"app": "w"}},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": "w"}},
            "template": {
                "metadata": {"labels": {"app": "w"}},
                "spec": {"containers": [{"name": "n", "image": "n", "resources": {}}]},
            },
            "strategy": {},
        },
        "status": {},
    },
}


@pytest.mark.parametrize(
    ("sent", "expected"), SENT_BY_KUBECTL_1_33.items(), ids=("auth can-i", "create quota", "create deployment")
)
def test_what_kubectl_sends(sent: str, expected: Object) -> None:
    assert decode_unknown(bytes.fromhex(sent)) == expected


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.api_version}.{kind.kind}")
@pytest.mark.parametrize("seed", range(3))
def test_every_kind_there_and_back(kind: Any, seed: int) -> None:
    made = {**write_micro_times(make_object(kind, seed)), "apiVersion": kind.api_version, "kind": kind.kind}
    schema = load(kind.schema)
    expected = strict.decode(made, schema, kind.kind, kind.api_version).object
    brought = decode_unknown(encode_unknown(expected))
    assert drop_empty(strict.decode(brought, schema, kind.kind, kind.api_version).object) == drop_empty(expected)


def write_micro_times(value: Any) -> Any:
    """Give the fields that count microseconds some: an object at random says whole seconds everywhere."""
    if isinstance(value, dict):
        return {k: v.replace("Z", ".000007Z") if k in MICRO_TIMES else write_micro_times(v) for k, v in value.items()}
    return [write_micro_times(item) for item in value] if isinstance(value, list) else value


def drop_empty(value: Any, *, inner: bool = False) -> Any:
    """Leave out what protobuf cannot tell from nothing, and what inner objects say that they are: it knows that."""
    if isinstance(value, dict):
        kept = {key: drop_empty(item, inner=True) for key, item in value.items()}
        if inner and "spec" in kept and "name" not in kept:
            kept = {key: item for key, item in kept.items() if key not in ("apiVersion", "kind")}
        return {key: item for key, item in kept.items() if item not in ([], None, {}, "", False)}
    return [drop_empty(item, inner=True) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("message", "obj"),
    [
        pytest.param("apps/v1.DeploymentSpec", {"replicas": 0}, id="zero behind a pointer"),
        pytest.param("v1.Probe", {"httpGet": {"port": "web"}, "periodSeconds": 3}, id="fields of an inner message"),
        pytest.param("v1.HTTPGetAction", {"port": 80}, id="number or text: number"),
        pytest.param("v1.ResourceRequirements", {"limits": {"cpu": "500m"}}, id="quantities"),
        pytest.param(
            "authorization.k8s.io/v1.SubjectAccessReviewSpec", {"extra": {"a": ["x", "y"], "b": []}}, id="lists in a map"
        ),
        pytest.param("v1.Secret", {"data": {"a": "AP8="}, "stringData": {"b": "x"}}, id="bytes"),
        pytest.param("coordination.k8s.io/v1.LeaseSpec", {"renewTime": "2024-01-02T03:04:05.678901Z"}, id="micro time"),
        pytest.param("meta.k8s.io/v1.ObjectMeta", {"creationTimestamp": "1969-12-31T23:59:59Z"}, id="time before 1970"),
        pytest.param("meta.k8s.io/v1.ManagedFieldsEntry", {"fieldsV1": {"f:a": {".": {}}}}, id="owned fields"),
        pytest.param("apps/v1.ControllerRevision", {"data": {"kind": "X", "n": [1, None]}, "revision": -3}, id="any object"),
        pytest.param(PROPS, {"default": [1, {"a": None}], "enum": ["a", 2]}, id="JSON"),
        pytest.param(PROPS, {"items": {"type": "string"}, "additionalProperties": False}, id="schema or boolean"),
        pytest.param(PROPS, {"additionalProperties": {"type": "integer"}, "maximum": 1.5}, id="schema of values"),
        pytest.param(PROPS, {"dependencies": {"a": ["b"], "c": {"type": "object"}}}, id="schema or texts"),
        pytest.param("metrics.k8s.io/v1beta1.NodeMetrics", {"window": "1m30s", "usage": {"cpu": "1"}}, id="duration"),
    ],
)
def test_values_that_json_writes_otherwise(message: str, obj: Object) -> None:
    assert decode_message(memoryview(encode_message(obj, message)), message) == obj


@pytest.mark.parametrize(
    ("message", "data", "expected"),
    [
        pytest.param("v1.Container", write_bytes(1, b"") + write_bytes(2, b""), {"name": ""}, id="empty texts"),
        pytest.param("meta.k8s.io/v1.ObjectMeta", write_bytes(8, b"") + write_bytes(1, b"x"), {"name": "x"}, id="no time"),
        pytest.param("v1.Container", write_bytes(1, b"a") + write_bytes(1, b"b"), {"name": "b"}, id="the last one counts"),
        pytest.param("v1.Container", write_number(99, 5) + write_bytes(1, b"a"), {"name": "a"}, id="unknown field"),
        pytest.param("v1.SecurityContext", write_number(4, 1 << 63), {"runAsUser": -(1 << 63)}, id="most negative"),
        pytest.param("v1.Capabilities", write_bytes(1, b"\xff"), {"add": ["\ufffd"]}, id="no UTF-8"),
        pytest.param("v1.PodSecurityContext", write_bytes(4, b"\x01\x02"), {"supplementalGroups": [1, 2]}, id="packed numbers"),
        pytest.param("v1.ConfigMap", write_bytes(2, write_bytes(1, b"k")), {"data": {"k": ""}}, id="entry without value"),
        pytest.param("v1.Container", b"\xbb\x06\x08\x01\xbc\x06" + write_bytes(1, b"a"), {"name": "a"}, id="group"),
    ],
)
def test_odd_messages(message: str, data: bytes, expected: Object) -> None:
    assert decode_message(memoryview(data), message) == expected


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty data"),
        (b"{}", r"provided data does not appear to be a protobuf message, expected prefix \[107 56 115 0\]"),
        (MAGIC, "empty body"),
        (MAGIC + b"\x0a\x05a", "unexpected EOF"),
        (MAGIC + b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "proto: negative length found during unmarshaling"),
        (MAGIC + b"\xff" * 11, "proto: integer overflow"),
        (MAGIC + b"\x0f", "proto: illegal wireType 7"),
        (MAGIC + b"\x04", "proto: wiretype end group for non-group"),
        (MAGIC + b"\x13", "unexpected EOF"),
        (envelope("v1", "ConfigMap", write_number(1, 3)), "proto: wrong wireType = 0 for field Metadata"),
        (envelope("v1", "Event", write_bytes(6, write_number(1, 1 << 60))), "is out of range"),
    ],
)
def test_bytes_that_are_no_message(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        decode_unknown(data)


def test_unknown_kinds_are_told_of() -> None:
    with pytest.raises(LookupError, match='no kind "Nope" is registered for version "v1"'):
        decode_unknown(envelope("v1", "Nope", b""))
    with pytest.raises(LookupError, match="object Table cannot be encoded"):
        encode_unknown({"apiVersion": "meta.k8s.io/v1", "kind": "Table"})


def test_options_are_of_any_group() -> None:
    assert find_message("policy/v1", "DeleteOptions") == find_message("v1", "DeleteOptions") == "meta.k8s.io/v1.DeleteOptions"


def test_nesting_ends_somewhere() -> None:
    data = b""
    for _ in range(MAX_DEPTH + 2):
        data = write_bytes(28, data)  # JSONSchemaProps.not
    with pytest.raises(ValueError, match="nested too deeply"):
        decode_message(memoryview(data), PROPS)


def test_every_message_that_is_named_is_there() -> None:
    table = json.loads((Path(messages.__file__).parent / "fields.json").read_text())
    named = {field.type for message in table for field in list_fields(message).values() if "." in field.type}
    assert named <= table.keys()


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_varints(number: int) -> None:
    data = write_varint(number)
    value, end = read_varint(memoryview(data), 0)
    assert (to_signed(value), end) == (number, len(data))


@given(
    st.binary(max_size=200),
    st.sampled_from(["v1.Pod", CRD, "meta.k8s.io/v1.DeleteOptions", "autoscaling/v2.HorizontalPodAutoscaler"]),
)
def test_no_bytes_break_the_decoder(data: bytes, message: str) -> None:
    try:
        decoded = decode_message(memoryview(data), message)
    except (ValueError, LookupError):
        return
    json.dumps(decoded)
