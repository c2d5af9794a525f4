"""References to an object's own fields and a container's own resources."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.cli_runtime.errors import CliError
from minikube_py.kubectl.polymorphic.downward_values import read_field, read_resource

OBJ = {"metadata": {"name": "web", "uid": "u1", "labels": {"b": "2", "a": 'say "1"'}, "annotations": {"example.com/Note": "n"}}}
RESOURCES = {"limits": {"cpu": "1500m", "memory": "128Mi"}, "requests": {"hugepages-2Mi": "4Mi", "ephemeral-storage": "1500m"}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.name", "web"),
        ("metadata.namespace", ""),
        ("metadata.uid", "u1"),
        ("metadata.labels", 'a="say \\"1\\""\nb="2"'),
        ("metadata.labels['b']", "2"),
        ("metadata.labels['missing']", ""),
        ("metadata.annotations['example.com/Note']", "n"),
    ],
)
def test_fields(path: str, value: str) -> None:
    assert read_field(OBJ, path) == value


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("status.podIP", "unsupported fieldPath: status.podIP"),
        ("spec.x['y']", "fieldPath \"spec.x['y']\" does not support subscript"),
        ("['y']", "unsupported fieldPath: ['y']"),
    ],
)
def test_fields_that_nobody_knows(path: str, why: str) -> None:
    with pytest.raises(CliError) as refusal:
        read_field(OBJ, path)
    assert refusal.value.message == why


def test_keys_are_names() -> None:
    with pytest.raises(CliError, match=r"^invalid key subscript in metadata.labels\['a b'\]: name part must consist of"):
        read_field(OBJ, "metadata.labels['a b']")


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ({"resource": "limits.cpu"}, "2"),
        ({"resource": "limits.cpu", "divisor": "0"}, "2"),
        ({"resource": "limits.cpu", "divisor": "1m"}, "1500"),
        ({"resource": "limits.memory", "divisor": "1Mi"}, "128"),
        ({"resource": "requests.hugepages-2Mi"}, "4194304"),
        ({"resource": "requests.ephemeral-storage"}, "2"),
        ({"resource": "requests.cpu"}, "0"),
    ],
    ids=lambda value: " by ".join(value.values()) if isinstance(value, dict) else "",
)
def test_resources(reference: dict[str, Any], value: str) -> None:
    assert read_resource({"resources": RESOURCES}, reference) == value


def test_other_resources_cannot_be_referred_to() -> None:
    with pytest.raises(CliError, match=r"^Unsupported container resource : limits.example.com/gpu$"):
        read_resource({}, {"resource": "limits.example.com/gpu"})
