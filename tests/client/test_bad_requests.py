"""What never leaves the client: paths that cannot be, kubeconfigs of wrong types."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client.kubeconfig import ConfigError, read_file
from minikube_py.client.kubeconfig_types import check_config
from minikube_py.client.request import Request, RequestError, check_path


@pytest.mark.parametrize(
    ("namespace", "name", "text"),
    [
        ("../x", "", "invalid namespace \"../x\": [may not contain '/']"),
        ("..", "a", "invalid namespace \"..\": [may not be '..']"),
        ("a", "..", "invalid resource name \"..\": [may not be '..']"),
        ("a", "b%c", "invalid resource name \"b%c\": [may not contain '%']"),
    ],
)
def test_a_path_that_cannot_be(namespace: str, name: str, text: str) -> None:
    with pytest.raises(RequestError) as caught:
        check_path(Request("get", "", "v1", "pods", namespace, name))
    assert caught.value.message == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"clusters": "x"}, "Config.clusters of type []v1.NamedCluster"),
        ({"contexts": [5]}, "Config.contexts of type v1.NamedContext"),
        ({"current-context": []}, "Config.current-context of type string"),
        ({"clusters": [{"cluster": {"server": 5}}]}, "Cluster.clusters.cluster.server of type string"),
        ({"apiVersion": "v1", "kind": "Pod"}, 'no kind "Pod" is registered'),
        ([], "cannot unmarshal array"),
    ],
)
def test_a_kubeconfig_of_wrong_types(content: Any, text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        check_config(content)


def test_null_entries_are_dropped() -> None:
    assert check_config({"clusters": [None, {"cluster": {}}]})["clusters"] == [{"cluster": {}, "name": ""}]


@pytest.mark.parametrize(
    ("data", "text"), [(b"a: [b\n", "yaml: line 1: did not find"), (b"\xff\x01", "yaml: invalid leading UTF-8 octet")]
)
def test_a_file_that_is_no_yaml(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "config").write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        read_file(tmp_path / "config")
    assert text in str(caught.value)
