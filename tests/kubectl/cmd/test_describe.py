"""describe as it is called; what it prints of each kind is tested in tests/kubectl/describe."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Cluster, Kubectl

MANIFEST = """
apiVersion: v1
kind: ConfigMap
metadata: {name: web-a}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: nope}
"""


def make(name: str, namespace: str = "default", **labels: str) -> dict[str, Any]:
    """Return a config map, described in nine lines and its labels."""
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


@pytest.fixture(autouse=True)
def objects(cluster: Cluster) -> None:
    """Three config maps and a service."""
    for obj in (make("web-a", app="x"), make("web-b"), make("web-c", "kube-system", app="x")):
        cluster.create("", "configmaps", obj, obj["metadata"]["namespace"])
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web-s", "labels": {"app": "x"}},
        "spec": {"type": "ExternalName", "externalName": "s.example.com"},
    }
    cluster.create("", "services", service, "default")


def names(text: str) -> list[str]:
    """Return the names of the objects described."""
    return [line.split()[-1] for line in text.splitlines() if line.startswith("Name:")]


def test_one_object(kubectl: Kubectl) -> None:
    outcome = kubectl("describe configmap web-b")
    assert outcome.stdout == (
        "Name:         web-b\nNamespace:    default\nLabels:       <none>\nAnnotations:  <none>\n"
        "\nData\n====\n\nBinaryData\n====\n\nEvents:  <none>\n"
    )
    assert (outcome.stderr, outcome.code) == ("", 0)


def test_two_blank_lines_stand_between_objects(kubectl: Kubectl) -> None:
    outcome = kubectl("describe cm web-a web-b")
    assert names(outcome.stdout) == ["web-a", "web-b"]
    assert "Events:  <none>\n\n\nName:         web-b\n" in outcome.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("cm web-", ["web-a", "web-b"]),
        ("cm/web-a svc/web-s", ["web-a", "web-s"]),
        ("cm,svc -l app=x", ["web-a", "web-s"]),
        ("cm -n kube-system", ["web-c"]),
        ("cm -A -l app=x", ["web-a", "web-c"]),
        ("cm --chunk-size=1", ["web-a", "web-b"]),
        ("ns kube-s", ["kube-system"]),
        ("cm web-a web-a", ["web-a", "web-a"]),
    ],
)
def test_ways_to_choose(kubectl: Kubectl, words: str, expected: list[str]) -> None:
    outcome = kubectl(f"describe {words}")
    assert (names(outcome.stdout), outcome.stderr, outcome.code) == (expected, "", 0)


def test_objects_found_by_prefix_are_followed_by_a_blank_line_each(kubectl: Kubectl) -> None:
    outcome = kubectl("describe cm web- --show-events=false")
    assert outcome.stdout.count("BinaryData\n====\n\n\n") == 2
    assert "Events" not in outcome.stdout


def test_what_a_manifest_names_is_looked_up(kubectl: Kubectl) -> None:
    outcome = kubectl("describe -f -", MANIFEST)
    assert names(outcome.stdout) == ["web-a"]
    assert "Labels:       app=x" in outcome.stdout
    assert (outcome.stderr, outcome.code) == ('Error from server (NotFound): configmaps "nope" not found\n', 1)


def test_a_missing_object_does_not_hide_the_others(kubectl: Kubectl) -> None:
    outcome = kubectl("describe cm web-a nope nope2")
    assert names(outcome.stdout) == ["web-a"]
    assert outcome.stderr == (
        'Error from server (NotFound): configmaps "nope" not found\nError from server (NotFound): configmaps "nope2" not found\n'
    )
    assert outcome.code == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("cm nope", 'Error from server (NotFound): configmaps "nope" not found'),
        ("cm/web-", 'Error from server (NotFound): configmaps "web-" not found'),
        ("cm/web-a cm/web-", 'Error from server (NotFound): configmaps "web-" not found'),
        ("cm,svc web-a", "error: you may only specify a single resource type"),
        (
            "cm,svc nope",
            'Error from server (NotFound): configmaps "nope" not found\nError from server (NotFound): services "nope" not found',
        ),
        ("widgets", 'error: the server doesn\'t have a resource type "widgets"'),
        ("cm web-a -l app=x", "error: name cannot be provided when a selector is specified"),
        ("cm/web-a -l app=x", "error: selectors and the all flag cannot be used when passing resource/name arguments"),
        ("cm web-a -A", "error: a resource cannot be retrieved by name across all namespaces"),
        ("-f x.yaml cm", 'error: the path "x.yaml" does not exist'),
        (
            "-f - cm",
            "error: when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
        ),
        ("-f x.yaml -k x", "error: only one of -f or -k can be specified"),
        ("-f x.yaml", 'error: the path "x.yaml" does not exist'),
        (
            "",
            "error: You must specify the type of resource to describe. "
            'Use "kubectl api-resources" for a complete list of supported resources.',
        ),
        ("cm --field-selector a=b", "error: unknown flag: --field-selector\nSee 'kubectl describe --help' for usage."),
    ],
)
def test_refusals(kubectl: Kubectl, words: str, message: str) -> None:
    outcome = kubectl(f"describe {words}")
    assert (outcome.stdout, outcome.stderr, outcome.code) == ("", f"{message}\n", 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [("cm -l app=none", "No resources found in default namespace."), ("cm -A -l app=none", "No resources found")],
)
def test_nothing_found(kubectl: Kubectl, words: str, message: str) -> None:
    outcome = kubectl(f"describe {words}")
    assert (outcome.stdout, outcome.stderr, outcome.code) == ("", f"{message}\n", 0)
