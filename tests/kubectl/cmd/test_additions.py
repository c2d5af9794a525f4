"""What kubectl has not: tree, ns, ctx, -o neat, --decode, sorted events, colour, and that pipes never see any of it."""

from __future__ import annotations

import json

import pytest

from minikube_py.apis import catalog
from minikube_py.cli_runtime.neat import neaten
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome


def own(
    cluster: Cluster, resource: str, kind: str, name: str, owner: dict[str, object] | None, group: str = ""
) -> dict[str, object]:
    """Create a small object that another one owns."""
    metadata: dict[str, object] = {"name": name, "namespace": "default"}
    if owner:
        meta = owner["metadata"]
        assert isinstance(meta, dict)
        metadata["ownerReferences"] = [
            {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": meta["name"], "uid": meta["uid"]}
        ]
    created: dict[str, object] = cluster.create(
        group, resource, {"apiVersion": "v1", "kind": kind, "metadata": metadata}, "default"
    )
    return {"apiVersion": "v1", "kind": kind, **created}


@pytest.fixture
def family(cluster: Cluster, kubectl: Kubectl) -> Kubectl:
    """a owns b and c, b owns d; e stands alone."""
    a = own(cluster, "configmaps", "ConfigMap", "a", None)
    b = own(cluster, "configmaps", "ConfigMap", "b", a)
    own(cluster, "secrets", "Secret", "c", a)
    own(cluster, "configmaps", "ConfigMap", "d", b)
    own(cluster, "configmaps", "ConfigMap", "e", None)
    return kubectl


TREE = """\
NAME                READY   STATUS   AGE
ConfigMap/a                          0s
├─ ConfigMap/b                       0s
│  └─ ConfigMap/d                    0s
└─ Secret/c                          0s
"""


@pytest.mark.parametrize("words", ["tree", "tree configmap a", "tree cm/a"])
def test_tree(family: Kubectl, words: str) -> None:
    assert family(words) == Outcome(TREE, "", 0)


@pytest.mark.parametrize(
    ("words", "stdout", "stderr"),
    [
        ("tree cm/e --no-headers", "ConfigMap/e               0s\n", ""),
        ("tree cm/nope", "", 'Error from server (NotFound): configmaps "nope" not found\n'),
        ("tree -n kube-system", "", "No resources found in kube-system namespace.\n"),
        ("tree nope", "", 'error: the server doesn\'t have a resource type "nope"\n'),
    ],
)
def test_tree_of_others(family: Kubectl, words: str, stdout: str, stderr: str) -> None:
    assert family(words)[:2] == (stdout, stderr)


def test_ns_goes_there_and_back(kubectl: Kubectl) -> None:
    assert kubectl("ns").stdout == "* default\n  kube-system\n"
    assert kubectl("ns kube-system").stdout == 'Context "test" works in namespace "kube-system".\n'
    assert kubectl("ns").stdout == "  default\n* kube-system\n"
    assert kubectl("get cm").stderr == "No resources found in kube-system namespace.\n"
    assert kubectl("ns -").stdout == 'Context "test" works in namespace "default".\n'


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("ns nope", 'Error from server (NotFound): namespaces "nope" not found\n'),
        ("ns -", "error: there is no previous namespace to go back to\n"),
        ("ns a b", "error: ns takes one namespace at most\nSee 'kubectl ns -h' for help and examples\n"),
        ("ctx nope", 'error: no context exists with the name: "nope"\n'),
        ("ctx -", "error: there is no previous context to go back to\n"),
    ],
)
def test_ns_and_ctx_refuse(kubectl: Kubectl, words: str, stderr: str) -> None:
    assert kubectl(words) == Outcome("", stderr, 1)


def test_ctx_goes_there_and_back(kubectl: Kubectl) -> None:
    kubectl("config set-context other --cluster=test --user=test")
    assert kubectl("ctx").stdout == "  other\n* test\n"
    assert kubectl("ctx other").stdout == 'Switched to context "other".\n'
    assert kubectl("ctx -").stdout == 'Switched to context "test".\n'
    assert kubectl("ctx").stdout == "  other\n* test\n"


SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": {"password": "aHVudGVyMg==", "raw": "/w=="}}


@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        ("-o jsonpath={.data.password}", "hunter2"),
        ("-o jsonpath={.data.raw}", "/w=="),
        ("-o jsonpath={.stringData}", ""),
        ("-o go-template={{.data.password}}", "hunter2"),
    ],
)
def test_decoded_data(cluster: Cluster, kubectl: Kubectl, words: str, stdout: str) -> None:
    cluster.create("", "secrets", SECRET, "default")
    assert kubectl(f"get secret db --decode {words}") == Outcome(stdout, "", 0)


def test_decoded_secret_can_be_applied(cluster: Cluster, kubectl: Kubectl) -> None:
    cluster.create("", "secrets", SECRET, "default")
    shown = kubectl("get secret db --decode -o json").stdout
    assert json.loads(shown)["stringData"] == {"password": "hunter2"}
    assert json.loads(shown)["data"] == {"raw": "/w=="}
    kubectl("delete secret db")
    assert kubectl("create -f -", shown).code == 0
    assert cluster.get("secrets", "db")["data"] == SECRET["data"]


def test_decode_needs_a_format(kubectl: Kubectl) -> None:
    assert kubectl("get secrets --decode").code == 1


NEAT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: web
  namespace: default
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: nginx
        name: nginx
"""


def test_neat(kubectl: Kubectl) -> None:
    kubectl("create deployment web --image=nginx --replicas=2")
    assert kubectl("get deployment web -o neat") == Outcome(NEAT, "", 0)


@pytest.mark.parametrize(
    "words",
    [
        "create deployment web --image=nginx --replicas=2 --port=80",
        "create job once --image=busybox -- true",
        "run web --image=nginx --port=80",
        "create service nodeport web --tcp=80:8080",
        "create configmap c --from-literal=a=b",
        "create quota q --hard=pods=3",
    ],
)
def test_neat_means_the_same(cluster: Cluster, kubectl: Kubectl, words: str) -> None:
    """What was left out comes back: the object made from the neat form has the same spec."""
    assert kubectl(words).code == 0
    kind = words.split()[1] if words.startswith("create") else "pod"
    kind = {"job": "jobs", "quota": "resourcequotas"}.get(kind, kind)
    before = json.loads(kubectl(f"get {kind} -o json").stdout)["items"][0]
    neat = neaten(before)
    group = before["apiVersion"].rpartition("/")[0]
    found = catalog.find_by_kind(group, before["kind"])
    assert found is not None
    found.set_defaults(neat)
    assigned = {
        "clusterIP",
        "clusterIPs",
        "ipFamilies",
        "ipFamilyPolicy",
        "selector",
        "template",
        "priority",
        "preemptionPolicy",
    }
    assigned |= {"tolerations", "serviceAccount", "serviceAccountName", "volumes", "containers"}
    for field, value in before.get("spec", {}).items():
        assert field in assigned or neat["spec"].get(field) == value


def test_events_are_sorted_for_people_only(cluster: Cluster, kubectl: Kubectl) -> None:
    about = {"kind": "Pod", "name": "web", "namespace": "default"}
    for name, stamp in (("a", "2023-11-14T22:13:20Z"), ("b", "2023-11-14T22:12:20Z")):
        metadata = {"name": name, "namespace": "default"}
        event = {"apiVersion": "v1", "kind": "Event", "metadata": metadata, "involvedObject": about, "message": name}
        cluster.create("", "events", {**event, "lastTimestamp": stamp, "firstTimestamp": stamp}, "default")
    piped = [line.split()[-1] for line in kubectl("get events --no-headers").stdout.splitlines()]
    shown = [line.split()[-1] for line in kubectl("get events --no-headers", terminal=True).stdout.splitlines()]
    assert (piped, shown) == (["a", "b"], ["b", "a"])
