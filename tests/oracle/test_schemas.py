"""Kubernetes' own JSON schemas as a judge: what the API server stores and answers fits them, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from minikube_py.apis import catalog
from tests.kubectl.cmd.conftest import Cluster, Kubectl
from tests.oracle.conftest import cluster, kubectl

__all__ = ["cluster", "kubectl"]  # fixtures

VERSION = "1.33"
MANIFESTS = [obj for obj in yaml.safe_load_all((Path(__file__).parent / "state.yaml").read_text()) if obj]


def name_of(obj: dict[str, Any]) -> str:
    """Return `Kind name`, for the report."""
    return f"{obj['kind']} {obj['metadata']['name']}"


@pytest.mark.parametrize("manifest", MANIFESTS, ids=name_of)
def test_stored_objects_fit_their_schemas(kubectl: Kubectl, cluster: Cluster, manifest: dict[str, Any]) -> None:
    """With its defaults and everything else that the server fills in, an object is still one of Kubernetes'."""
    namespace = manifest["metadata"].get("namespace", "")
    if namespace:
        kubectl(f"create namespace {namespace}")
    created = kubectl("create -f - -o json", json.dumps(manifest))
    assert created.code == 0, created.stderr
    obj = json.loads(created.stdout)
    kubernetes_validate.validate(obj, VERSION, strict=True)


def _list_discovered() -> Iterator[str]:
    yield from (kind.resource for kind in catalog.list_kinds() if "list" in kind.verbs and kind.stored_as is None)


@pytest.mark.parametrize("resource", list(_list_discovered()))
def test_what_the_server_makes_by_itself_fits(kubectl: Kubectl, resource: str) -> None:
    """So do the objects that are there from the beginning."""
    for obj in json.loads(kubectl(f"get {resource} -A -o json").stdout or '{"items": []}')["items"]:
        try:
            kubernetes_validate.validate(obj, VERSION, strict=True)
        except kubernetes_validate.SchemaNotFoundError:
            pytest.skip("no schema of that kind")
