"""apply --applyset, as the real kubectl does it with KUBECTL_APPLYSET=true."""

from __future__ import annotations

import json

import pytest

from .conftest import Cluster, Kubectl, Outcome


def boxes(*names: str) -> str:
    return "---\n".join(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n" for name in names)


@pytest.fixture(autouse=True)
def applysets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECTL_APPLYSET", "true")


def test_without_the_environment_there_is_no_such_flag(kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECTL_APPLYSET", "false")
    told = "error: unknown flag: --applyset\nSee 'kubectl apply --help' for usage.\n"
    assert kubectl("apply -f - --applyset=set --prune", boxes("a")) == Outcome("", told, 1)


def test_what_is_left_out_goes_and_the_parent_knows_the_kinds(kubectl: Kubectl, cluster: Cluster) -> None:
    words = "apply -n default -f - --applyset=set --prune"
    service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {clusterIP: None}\n"
    made = "configmap/a created\nconfigmap/b created\nservice/s created\n"
    assert kubectl(words, boxes("a", "b") + service) == Outcome(made, "", 0)
    annotations = cluster.get("secrets", "set")["metadata"]["annotations"]
    assert annotations["applyset.kubernetes.io/contains-group-kinds"] == "ConfigMap,Service"
    assert annotations["applyset.kubernetes.io/tooling"].startswith("kubectl/v1.33.")
    dry = kubectl(words + " --dry-run=server", boxes("a")).stdout
    assert dry.splitlines()[1:] == ["configmap/b pruned (server dry run)", "service/s pruned (server dry run)"]
    assert kubectl(words, boxes("a")) == Outcome("configmap/a unchanged\nconfigmap/b pruned\nservice/s pruned\n", "", 0)
    parent = cluster.get("secrets", "set")["metadata"]
    assert parent["annotations"]["applyset.kubernetes.io/contains-group-kinds"] == "ConfigMap"
    assert [entry["manager"] for entry in parent["managedFields"]] == ["kubectl-applyset"]
    member = cluster.get("configmaps", "a")["metadata"]["labels"]["applyset.kubernetes.io/part-of"]
    assert member == parent["labels"]["applyset.kubernetes.io/id"]


def test_members_may_be_applied_on_the_server(kubectl: Kubectl) -> None:
    words = "apply -n default -f - --applyset=cm/set --prune --server-side"
    kubectl(words, boxes("a", "b"))
    assert kubectl(words, boxes("b")).stdout == "configmap/b serverside-applied\nconfigmap/a pruned\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--applyset=set", "--applyset requires --prune"),
        ("--applyset=set --prune", "namespace is required to use namespace-scoped ApplySet"),
        ("--applyset=secrets/ --prune", 'invalid parent reference "secrets/": name cannot be blank'),
        ("--applyset=foo.bar/x --prune", 'invalid parent reference "foo.bar/x": no matches for bar/, Resource=foo'),
        ("-n default --applyset=pods/x --prune", 'resource "/v1, Resource=pods" is not permitted as an ApplySet parent'),
        ("-n default --applyset=set --prune --all", "--all is incompatible with --applyset"),
        ("-n default --applyset=set --prune -l a=b", "--selector is incompatible with --applyset"),
        (
            "-n default --applyset=set --prune --prune-allowlist=core/v1/Pod",
            "--prune-allowlist is incompatible with --applyset",
        ),
    ],
)
def test_what_means_nothing(kubectl: Kubectl, words: str, message: str) -> None:
    assert kubectl(f"apply -f - {words}", boxes("a")) == Outcome("", f"error: {message}\n", 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "annotate secret set applyset.kubernetes.io/tooling-",
            'ApplySet parent object "secrets./set" already exists and is missing required annotation '
            '"applyset.kubernetes.io/tooling"',
        ),
        (
            "annotate secret set applyset.kubernetes.io/tooling=helm/v3 --overwrite",
            'ApplySet parent object "secrets./set" already exists and is managed by tooling "helm" instead of "kubectl"',
        ),
        (
            "label secret set applyset.kubernetes.io/id-",
            'ApplySet parent object "secrets./set" exists and does not have required label applyset.kubernetes.io/id',
        ),
        (
            "annotate secret set applyset.kubernetes.io/contains-group-kinds-",
            'parsing ApplySet annotation on "secrets./set": kubectl requires the '
            '"applyset.kubernetes.io/contains-group-kinds" annotation to be set on all ApplySet parent objects',
        ),
        (
            "annotate secret set applyset.kubernetes.io/contains-group-kinds=Foo.bar --overwrite",
            'parsing ApplySet annotation on "secrets./set": could not find mapping for kind in '
            '"applyset.kubernetes.io/contains-group-kinds" annotation: no matches for kind "Foo" in group "bar"',
        ),
    ],
    ids=["no-tool", "another-tool", "no-id", "no-kinds", "unknown-kind"],
)
def test_parents_that_cannot_be_trusted(kubectl: Kubectl, change: str, message: str) -> None:
    words = "apply -n default -f - --applyset=set --prune"
    kubectl(words, boxes("a"))
    assert kubectl(change).code == 0
    assert kubectl(words, boxes("a")) == Outcome("", f"error: {message}\n", 1)


def test_a_member_cannot_be_labelled_by_hand(kubectl: Kubectl) -> None:
    labels = {"applyset.kubernetes.io/part-of": "x"}
    box = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": labels}}
    told = 'error: ApplySet label "applyset.kubernetes.io/part-of" already set in input data\n'
    assert kubectl("apply -n default -f - --applyset=set --prune", json.dumps(box)) == Outcome("", told, 1)
