"""auth can-i, whoami and reconcile, and acting as others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minikube_py.apiserver.bootstrap import bootstrap
from tests.kubectl.cmd.conftest import Cluster, Kubectl

Object = dict[str, Any]
GROUP = "rbac.authorization.k8s.io"
NODES = "Warning: resource 'nodes' is not namespace scoped\n\n"


@pytest.fixture
def ruled(cluster: Cluster, kubectl: Kubectl) -> Kubectl:
    """Default roles are there; ann may read pods and their logs, and the configmap open."""
    bootstrap(cluster.server, "192.0.2.1", 8443)
    kubectl("create role pods --verb=get,list --resource=pods,pods/log")
    kubectl("create role open --verb=get --resource=configmaps --resource-name=open")
    kubectl("create rolebinding pods --role=pods --user=ann")
    kubectl("create rolebinding open --role=open --user=ann")
    return kubectl


@pytest.mark.parametrize(
    ("words", "answer", "warning"),
    [
        ("list pods", "yes", ""),
        ("list po", "yes", ""),
        ("delete pods", "no", ""),
        ("get pods --subresource=log", "yes", ""),
        ("get pods/web --subresource=exec", "no", ""),
        ("get cm/open", "yes", ""),
        ("get cm", "no", ""),
        ("list pods -A", "no", ""),
        ("list pods -n kube-system", "no", ""),
        ("list nodes", "no", NODES),
        ("list nodes -A", "no", ""),
        ("get clusterroles", "no", f"Warning: resource 'clusterroles' is not namespace scoped in group '{GROUP}'\n\n"),
        ("get widgets", "no", "Warning: the server doesn't have a resource type 'widgets'\n\n"),
        ("get w.example.com", "no", "Warning: the server doesn't have a resource type 'w' in group 'example.com'\n\n"),
        ("fly pods", "no", "Warning: verb 'fly' is not a known verb\n\n"),
        ("impersonate users", "no", ""),
        ("get /healthz", "yes", ""),
        ("get /metrics", "no", ""),
        ("list /healthz", "no", "Warning: verb 'list' is not a known verb\n\n"),
        ("'*' '*'", "no", ""),
    ],
)
def test_can_i(ruled: Kubectl, words: str, answer: str, warning: str) -> None:
    assert ruled(f"auth can-i {words} --as=ann") == (f"{answer}\n", warning, int(answer == "no"))


def test_the_owner_can_do_everything(ruled: Kubectl) -> None:
    assert ruled("auth can-i '*' '*'").stdout == "yes\n"


def test_why_not_is_told(ruled: Kubectl) -> None:
    ruled("delete role pods")
    assert ruled("auth can-i list pods --as=ann").stdout == f'no - RBAC: role.{GROUP} "pods" not found\n'


def test_quiet_says_nothing(ruled: Kubectl) -> None:
    assert ruled("auth can-i list pods -q --as=ann") == ("", "", 0)
    assert ruled("auth can-i delete pods --quiet --as=ann") == ("", "", 1)


def test_the_list_of_all_that_is_allowed(ruled: Kubectl) -> None:
    lines = ruled("auth can-i --list --as=ann").stdout.splitlines()
    assert lines[0].split() == ["Resources", "Non-Resource", "URLs", "Resource", "Names", "Verbs"]
    assert lines[1:3] == [
        "selfsubjectreviews.authentication.k8s.io        []                  []               [create]",
        "selfsubjectaccessreviews.authorization.k8s.io   []                  []               [create]",
    ]
    assert "configmaps                                      []                  [open]           [get]" in lines
    assert "                                                [/api]              []               [get]" in lines
    assert "pods/log                                        []                  []               [get list]" in lines
    assert ruled("auth can-i --list --no-headers --as=ann").stdout.splitlines()[0].startswith("selfsubjectreviews")


USAGE = (
    "error: you must specify two arguments: verb resource or verb resource/resourceName.\n"
    "See 'kubectl auth can-i -h' for help and examples.\n"
)
LIST_ALONE = "error: list option can't be specified with neither quiet, all-namespaces nor subresource options\n"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("", USAGE),
        ("get pods web", USAGE),
        ("--list pods", "error: list option must be specified with no arguments\n"),
        ("--list -A", LIST_ALONE),
        ("--list -q", LIST_ALONE),
        ("--list --subresource=log", LIST_ALONE),
        ("get /x --subresource=log", "error: --subresource can not be used with NonResourceURL\n"),
        ("get pods --no-headers", "error: --no-headers cannot be set without --list specified\n"),
    ],
)
def test_what_cannot_be_asked(ruled: Kubectl, words: str, error: str) -> None:
    assert ruled(f"auth can-i {words}") == ("", error, 1)


def test_whoami(ruled: Kubectl) -> None:
    assert ruled("auth whoami --as=ann --as-group=devs --as-uid=7").stdout == (
        "ATTRIBUTE   VALUE\nUsername    ann\nUID         7\nGroups      [devs system:authenticated]\n"
    )
    assert ruled("auth whoami --as=ann -o jsonpath='{.kind} {.status.userInfo.username}'").stdout == "SelfSubjectReview ann"


def test_whoami_for_nobody(kubectl: Kubectl) -> None:
    assert kubectl("auth whoami --as=ann").stderr == (
        "error: the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it\n"
    )


def test_acting_as_somebody(ruled: Kubectl) -> None:
    assert ruled("get pods --as=ann").stderr == "No resources found in default namespace.\n"
    refused = ruled("delete pod web --as=ann")
    assert refused.stderr == (
        'Error from server (Forbidden): pods "web" is forbidden: User "ann" cannot delete resource "pods" '
        'in API group "" in the namespace "default"\n'
    )
    assert ruled("get pods --as-group=devs").stderr == (
        "error: requesting uid, groups or user-extra for test without impersonating a user\n"
    )
    assert ruled("get pods --username=a --password=b").stderr == ("error: You must be logged in to the server (Unauthorized)\n")


def test_a_context_may_act_as_somebody_too(ruled: Kubectl, tmp_path: Path) -> None:
    config = tmp_path / "home" / "config"
    config.write_text(config.read_text().replace('"user": {}', '"user": {"as": "ann", "as-groups": ["devs"]}'))
    assert "[devs system:authenticated]" in ruled("auth whoami").stdout
    assert ruled("get nodes").code == 1


ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: dev, labels: {a: b}}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, delete]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: dev}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ann}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c, namespace: dev}
"""
RULE = "\t\t{Verbs:[%s] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}\n"
SUBJECT = f"\t\t{{Kind:User APIGroup:{GROUP} Name:%s Namespace:}}\n"
TOLD = f"role.{GROUP}/r reconciled\nrolebinding.{GROUP}/b reconciled\n"


def test_reconcile_makes_what_is_missing_with_its_namespace(kubectl: Kubectl, cluster: Cluster) -> None:
    outcome = kubectl("auth reconcile -f -", ROLE)
    assert outcome.stdout == TOLD
    assert outcome.stderr == (
        "\treconciliation required create\n\tmissing rules added:\n"
        + RULE % "get delete"
        + "\treconciliation required create\n\tmissing subjects added:\n"
        + SUBJECT % "ann"
    )
    assert cluster.get("namespaces", "dev", "")
    assert kubectl("auth reconcile -f -", ROLE) == (TOLD, "", 0)
    assert kubectl("get cm -n dev").stderr == "No resources found in dev namespace.\n"


def test_reconcile_adds_and_with_flags_takes_away(kubectl: Kubectl, cluster: Cluster) -> None:
    kubectl("auth reconcile -f -", ROLE)
    changed = ROLE.replace("[get, delete]", "[get, list]").replace("name: ann", "name: bob")
    added = kubectl("auth reconcile -f -", changed).stderr
    assert added == (
        "\treconciliation required update\n\tmissing rules added:\n"
        + RULE % "list"
        + "\treconciliation required update\n\tmissing subjects added:\n"
        + SUBJECT % "bob"
    )
    flags = "--remove-extra-permissions --remove-extra-subjects"
    taken = kubectl(f"auth reconcile -f - {flags}", changed).stderr
    assert taken == (
        "\treconciliation required update\n\textra rules removed:\n"
        + RULE % "delete"
        + "\treconciliation required update\n\textra subjects removed:\n"
        + SUBJECT % "ann"
    )
    assert cluster.get("roles", "r", "dev", GROUP)["rules"][0]["verbs"] == ["get", "list"]
    assert [s["name"] for s in cluster.get("rolebindings", "b", "dev", GROUP)["subjects"]] == ["bob"]


def test_reconcile_makes_a_binding_of_another_role_anew(kubectl: Kubectl, cluster: Cluster) -> None:
    kubectl("auth reconcile -f -", ROLE)
    before = cluster.get("rolebindings", "b", "dev", GROUP)
    outcome = kubectl("auth reconcile -f -", ROLE.replace("kind: Role, name: r", "kind: ClusterRole, name: view"))
    assert outcome.stderr == "\treconciliation required recreate\n"
    after = cluster.get("rolebindings", "b", "dev", GROUP)
    assert (after["roleRef"]["name"], after["metadata"]["uid"] != before["metadata"]["uid"]) == ("view", True)


def test_reconcile_leaves_protected_objects_alone(kubectl: Kubectl, cluster: Cluster) -> None:
    kubectl("auth reconcile -f -", ROLE)
    kubectl("annotate role r -n dev rbac.authorization.kubernetes.io/autoupdate=false")
    outcome = kubectl("auth reconcile -f -", ROLE.replace("[get, delete]", "[list]"))
    caveat = "but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)"
    assert outcome.stderr.startswith(f"\treconciliation required update, {caveat}\n")
    assert cluster.get("roles", "r", "dev", GROUP)["rules"][0]["verbs"] == ["get", "delete"]


def test_reconcile_dry_run(kubectl: Kubectl) -> None:
    assert kubectl("auth reconcile -f - --dry-run=client", ROLE).stdout.splitlines() == [
        f"role.{GROUP}/r reconciled (dry run)",
        f"rolebinding.{GROUP}/b reconciled (dry run)",
    ]
    assert kubectl("get ns dev").code == 1
    assert kubectl("auth reconcile -f - --dry-run=server", ROLE).stderr == (
        "error: --dry-run=server for command reconcile is not supported yet\n"
    )
