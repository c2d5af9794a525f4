"""apply: three-way merges, server-side, pruning, and the annotation it keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
MISSING = (
    "Warning: resource configmaps/box is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by "
    "kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or "
    "kubectl apply. The missing annotation will be patched automatically.\n"
)


def box(**data: str) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "box"}, "data": data})


def many(count: int, value: str) -> str:
    return "---\n".join(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{i}}}\ndata: {{a: {value}}}\n" for i in range(count)
    )


def test_created_unchanged_configured(kubectl: Kubectl, cluster: Cluster) -> None:
    assert kubectl("apply -f -", box(a="1", b="2")) == Outcome("configmap/box created\n", "", 0)
    assert kubectl("apply -f -", box(a="1", b="2")) == Outcome("configmap/box unchanged\n", "", 0)
    assert kubectl(["patch", "cm", "box", "-p", '{"data":{"other":"kept"}}']).code == 0
    assert kubectl("apply -f -", box(a="one")) == Outcome("configmap/box configured\n", "", 0)
    stored = cluster.get("configmaps", "box")
    assert stored["data"] == {"a": "one", "other": "kept"}
    managers = {entry["manager"] for entry in stored["metadata"]["managedFields"]}
    assert "kubectl-client-side-apply" in managers


def test_the_annotation_is_what_kubectl_writes(kubectl: Kubectl, cluster: Cluster) -> None:
    kubectl("apply -f -", box(a="<1>&"))
    assert cluster.get("configmaps", "box")["metadata"]["annotations"][ANNOTATION] == (
        '{"apiVersion":"v1","data":{"a":"\\u003c1\\u003e\\u0026"},"kind":"ConfigMap",'
        '"metadata":{"annotations":{},"name":"box","namespace":"default"}}\n'
    )


def test_what_create_made(kubectl: Kubectl) -> None:
    kubectl("create -f -", box(a="1"))
    assert kubectl("apply -f -", box(a="1")) == Outcome("configmap/box configured\n", MISSING, 0)
    assert kubectl("apply -f -", box(a="1")) == Outcome("configmap/box unchanged\n", "", 0)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("apply", Outcome("", "error: must specify one of -f and -k\n", 1)),
        ("apply -f - -o name", Outcome("configmap/box\n", "", 0)),
        ("apply -f - --dry-run=client", Outcome("configmap/box configured (dry run)\n", "", 0)),
        ("apply -f - --dry-run=server", Outcome("configmap/box unchanged (server dry run)\n", "", 0)),
        ("apply -f - --force-conflicts", Outcome("", "error: --force-conflicts only works with --server-side\n", 1)),
        (
            "apply -f - --server-side --dry-run=client",
            Outcome(
                "", "error: --dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)\n", 1
            ),
        ),
        ("apply -f - --prune --all -l a=b", Outcome("", "error: cannot set --all and --selector at the same time\n", 1)),
        ("apply -f - -n other", Outcome("configmap/box created\n", "", 0)),
    ],
)
def test_flags(kubectl: Kubectl, words: str, outcome: Outcome) -> None:
    kubectl("create ns other")
    kubectl("apply -f -", box(a="1"))
    assert kubectl(words, box(a="1")) == outcome


def test_several_objects_are_shown_as_a_list(kubectl: Kubectl) -> None:
    shown = json.loads(kubectl("apply -f - -o json", many(2, "x")).stdout)
    assert (shown["kind"], [item["metadata"]["name"] for item in shown["items"]]) == ("List", ["c0", "c1"])


def test_many_objects_are_written_in_few_commits(kubectl: Kubectl, cluster: Cluster) -> None:
    outcome = kubectl("apply -f -", many(250, "x"))
    assert outcome.stdout.splitlines() == [f"configmap/c{i} created" for i in range(250)]
    assert kubectl("apply -f -", many(250, "x")).stdout.count("unchanged") == 250


def test_an_error_in_a_batch_undoes_only_itself(kubectl: Kubectl, cluster: Cluster) -> None:
    bad = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name}\n---\n"
    outcome = kubectl("apply -f -", many(2, "x") + bad + many(3, "z"))
    done = ["c0 created", "c1 created", "c0 configured", "c1 configured", "c2 created"]
    assert outcome.stdout.splitlines() == [f"configmap/{line}" for line in done]
    assert outcome.stderr.startswith('The ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name"')
    assert outcome.code == 1
    assert cluster.get("configmaps", "c2")["data"] == {"a": "z"}


def test_generated_names_are_refused(kubectl: Kubectl) -> None:
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: gen-}\n"
    assert kubectl("apply -f -", manifest) == Outcome("", "error: from gen-: cannot use generate name with apply\n", 1)


def test_an_old_version_is_a_conflict_told_with_the_patch(kubectl: Kubectl) -> None:
    kubectl("apply -f -", box(a="1"))
    old = json.loads(box(a="2"))
    old["metadata"]["resourceVersion"] = "1"
    Path("old.json").write_text(json.dumps(old))
    outcome = kubectl("apply -f old.json")
    first, _, *rest = outcome.stderr.splitlines()
    assert first == "Error from server (Conflict): error when applying patch:"
    assert rest == [
        "to:",
        'Resource: "/v1, Resource=configmaps", GroupVersionKind: "/v1, Kind=ConfigMap"',
        'Name: "box", Namespace: "default"',
        'for: "old.json": error when patching "old.json": Operation cannot be fulfilled on configmaps "box": '
        "the object has been modified; please apply your changes to the latest version and try again",
    ]


def test_server_side(kubectl: Kubectl, cluster: Cluster) -> None:
    assert kubectl("apply --server-side --field-manager=ann -f -", box(a="1")).stdout == "configmap/box serverside-applied\n"
    outcome = kubectl("apply --server-side --field-manager=ben -f -", box(a="2"))
    assert outcome.stderr.startswith(
        'error: Apply failed with 1 conflict: conflict with "ann": .data.a\nPlease review the fields'
    )
    assert kubectl("apply --server-side --field-manager=ben --force-conflicts -f -", box(a="2")).code == 0
    assert cluster.get("configmaps", "box")["data"] == {"a": "2"}


def test_from_client_side_to_server_side(kubectl: Kubectl, cluster: Cluster) -> None:
    kubectl("apply -f -", box(a="1", b="2"))
    assert kubectl("apply --server-side -f -", box(a="1")) == Outcome("configmap/box serverside-applied\n", "", 0)
    stored = cluster.get("configmaps", "box")
    assert stored["data"] == {"a": "1"}
    managers = {(entry["manager"], entry["operation"]) for entry in stored["metadata"]["managedFields"]}
    assert managers == {("kubectl", "Apply"), ("kubectl-last-applied", "Apply")}


def test_prune(kubectl: Kubectl) -> None:
    labelled = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, labels: {team: blue}}\n"
    kubectl("apply -f -", labelled % "a" + "---\n" + labelled % "b")
    kubectl("create -f -", labelled % "unmanaged")
    words = "apply -f - --prune -l team=blue --prune-allowlist=core/v1/ConfigMap"
    assert kubectl(words + " --dry-run=server", labelled % "a").stdout.splitlines()[1:] == [
        "configmap/b pruned (server dry run)"
    ]
    assert kubectl(words, labelled % "a") == Outcome("configmap/a unchanged\nconfigmap/b pruned\n", "", 0)
    assert kubectl("get cm b").code == 1
    assert kubectl("get cm unmanaged").code == 0
    wrong = kubectl("apply -f - --prune --all --prune-allowlist=nonsense", labelled % "a")
    assert wrong.stderr == "error: invalid GroupVersionKind format: nonsense, please follow <group/version/kind>\n"


def test_last_applied_verbs(kubectl: Kubectl) -> None:
    kubectl("create -f -", box(a="1"))
    assert kubectl("apply view-last-applied cm/box") == Outcome("", "", 0)
    Path("box.json").write_text(box(a="1"))
    none = 'error: error when no last-applied-configuration annotation found on resource: box\n "box.json": <nil>\n'
    assert kubectl("apply view-last-applied -f box.json") == Outcome("", none, 1)
    refused = kubectl("apply set-last-applied -f box.json")
    assert refused.stderr.endswith("box, to create the annotation, run the command with --create-annotation\n")
    assert kubectl("apply set-last-applied -f box.json --create-annotation").stdout == "configmap/box configured\n"
    assert kubectl("apply set-last-applied -f box.json").stdout == "set-last-applied box: no changes required.\n"
    assert kubectl("apply view-last-applied cm box").stdout == (
        'apiVersion: v1\ndata:\n  a: "1"\nkind: ConfigMap\nmetadata:\n  name: box\n  namespace: default\n'
    )
    assert json.loads(kubectl("apply view-last-applied cm box -o json").stdout)["data"] == {"a": "1"}


def test_edit_last_applied(kubectl: Kubectl, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    kubectl("apply -f -", box(a="1"))
    monkeypatch.setenv("KUBE_EDITOR", 'sed -i \'s/"1"/"3"/\'')
    assert kubectl("apply edit-last-applied cm/box") == Outcome("configmap/box edited\n", "", 0)
    stored = cluster.get("configmaps", "box")
    assert stored["data"] == {"a": "1"}
    assert json.loads(stored["metadata"]["annotations"][ANNOTATION])["data"] == {"a": "3"}
