"""mk promote: what was made here is applied to a second cluster, nothing that a cluster makes by itself, and nothing unasked."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minikube_py.apimachinery.errors import Conflict, NotFound
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Connection, Factory, Streams
from minikube_py.cli_runtime.verb import parse_verb
from minikube_py.client.kubeconfig import Target
from minikube_py.client.request import Request
from minikube_py.kubectl.cmd.promote import NO_TERMINAL, VERB
from minikube_py.kubectl.promotion import is_own, strip
from tests.kubectl.cmd.conftest import KUBECONFIG, Cluster, Kubectl, Outcome

Object = dict[str, Any]


class Input(io.StringIO):
    """What somebody types."""

    def isatty(self) -> bool:
        return True


Promote = Callable[..., Outcome]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Cluster]:
    """The cluster of the context `real`."""
    (tmp_path / "real").mkdir()
    made = Cluster(tmp_path / "real")
    yield made
    made.store.close()


@pytest.fixture
def promote(cluster: Cluster, other: Cluster, kubectl: Kubectl, tmp_path: Path) -> Promote:
    """Runs the verb; `typed` is what is typed on a terminal, None where there is none. What stderr says is added to `told`, also where it fails."""
    config = json.loads(json.dumps(KUBECONFIG))
    config["contexts"].append({"name": "real", "context": {"cluster": "real", "user": "test"}})
    config["clusters"].append({"name": "real", "cluster": {"server": "https://127.0.0.1:9443"}})
    (tmp_path / "home" / "config").write_text(json.dumps(config))

    def connect(target: Target) -> Connection:
        return (other if target.context == "real" else cluster).connect(target)

    def run(words: str = "--context real --yes", typed: str | None = None, told: list[str] | None = None) -> Outcome:
        streams = Streams(io.StringIO() if typed is None else Input(typed), io.StringIO(), io.StringIO())
        factory = Factory(connect, parse_verb(VERB, words.split()), streams, cluster.clock)
        assert VERB.run is not None
        try:
            code = VERB.run(factory.flags, factory) or 0
        finally:
            if told is not None:
                told.append(streams.stderr.getvalue())  # type: ignore[attr-defined]
        return Outcome(streams.stdout.getvalue(), streams.stderr.getvalue(), code)  # type: ignore[attr-defined]

    return run


@pytest.fixture
def shop(cluster: Cluster, kubectl: Kubectl) -> None:
    """A deployment with what it needs in the namespace shop."""
    for words in (
        "create namespace shop",
        "create deployment web --image=nginx -n shop",
        "expose deployment web --port=80 --type=NodePort -n shop",
        "create configmap colours --from-literal=sky=blue -n shop",
        "create secret generic db --from-literal=user=ann -n shop",
    ):
        assert kubectl(words).code == 0, words


def lines_of(outcome: Outcome) -> list[str]:
    return [line for line in outcome.stdout.splitlines() if line.endswith("serverside-applied")]


def test_what_others_need_is_applied_first(shop: None, promote: Promote) -> None:
    outcome = promote("--context real -n shop --yes --secrets")
    names = ["namespace/shop", "shop/secret/db", "shop/configmap/colours", "shop/service/web", "shop/deployment.apps/web"]
    assert lines_of(outcome) == [f"{name} serverside-applied" for name in names]
    assert outcome.code == 0


def test_it_is_applied_as_it_was_written(shop: None, promote: Promote, other: Cluster) -> None:
    promote("--context real -n shop --yes")
    found = other.get("deployments", "web", "shop", "apps")
    assert found["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx"
    assert [(entry["manager"], entry["operation"]) for entry in found["metadata"]["managedFields"]] == [("mk-promote", "Apply")]


def test_the_second_time_nothing_differs(shop: None, promote: Promote) -> None:
    promote("--context real -n shop --yes --secrets")
    assert promote("--context real -n shop --yes --secrets") == Outcome(
        'Nothing differs in "real" (5 objects compared).\n', "", 0
    )


def test_a_dry_run_shows_and_changes_nothing(shop: None, promote: Promote, other: Cluster) -> None:
    outcome = promote("--context real -n shop --dry-run=server")
    assert "+      - image: nginx" in outcome.stdout
    assert outcome.code == 1
    with pytest.raises(NotFound):
        other.get("namespaces", "shop", "")


def test_only_what_changed_is_shown(shop: None, promote: Promote, kubectl: Kubectl) -> None:
    promote("--context real -n shop --yes --secrets")
    kubectl("scale deployment/web --replicas=3 -n shop")
    outcome = promote("--context real -n shop --yes --secrets")
    changed = [line for line in outcome.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == ["+  replicas: 3"]
    assert lines_of(outcome) == ["shop/deployment.apps/web serverside-applied"]


@pytest.mark.parametrize(
    ("typed", "applied", "code"),
    [
        pytest.param("y\ny\n", 5, 0, id="yes to all"),
        pytest.param("y\nn\n", 4, 1, id="no secrets"),
        pytest.param("\n", 0, 1, id="no"),
        pytest.param("", 0, 1, id="end of input"),
    ],
)
def test_it_asks_on_a_terminal(shop: None, promote: Promote, typed: str, applied: int, code: int) -> None:
    outcome = promote("--context real -n shop", typed)
    assert 'Apply 4 objects to "real"? (y/N): ' in outcome.stderr
    assert (len(lines_of(outcome)), outcome.code) == (applied, code)


def test_secrets_are_left_out_unasked(shop: None, promote: Promote, other: Cluster) -> None:
    outcome = promote("--context real -n shop --yes")
    assert outcome.stderr == "Left out: 1 secret (--secrets takes them along)\n"
    assert outcome.code == 1
    with pytest.raises(NotFound):
        other.get("secrets", "db", "shop")


def test_values_of_secrets_are_not_shown(shop: None, promote: Promote) -> None:
    outcome = promote("--context real -n shop --dry-run=server --secrets")
    assert "+  user: '***'" in outcome.stdout
    assert "YW5u" not in outcome.stdout


def test_a_selector_chooses(shop: None, promote: Promote) -> None:
    assert lines_of(promote("--context real -A -l app=web --yes")) == [
        "namespace/shop serverside-applied",
        "shop/service/web serverside-applied",
        "shop/deployment.apps/web serverside-applied",
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--yes", "--context must say which cluster to apply to"),
        ("--context test --yes", 'the context "test" is the cluster to promote from'),
        ("--context real", NO_TERMINAL),
        ("--context real --dry-run=client", 'Invalid dry-run value (client). Must be "none" or "server".'),
    ],
    ids=["no context", "the same cluster", "nobody to ask", "dry run on the client"],
)
def test_what_is_refused(promote: Promote, words: str, why: str) -> None:
    with pytest.raises(CliError) as caught:
        promote(words)
    assert caught.value.message == why


def test_where_one_object_would_be_refused_nothing_is_applied(
    shop: None, promote: Promote, other: Cluster, kubectl: Kubectl
) -> None:
    promote("--context real -n shop --yes")
    colours = other.get("configmaps", "colours", "shop")
    grey = {**colours, "data": {"sky": "grey"}}
    other.server.handle(Request("update", "", "v1", "configmaps", "shop", "colours", body=grey))
    assert kubectl("create configmap more --from-literal=a=b -n shop").code == 0
    streams: list[str] = []
    with pytest.raises(Conflict) as caught:
        promote("--context real -n shop --yes", told=streams)
    assert caught.value.message.startswith("shop/configmap/colours: Apply failed with 1 conflict")
    assert streams == [
        'Nothing is applied, for "real" would refuse 1 object (--force-conflicts takes over fields that others set there):\n'
    ]
    with pytest.raises(NotFound):
        other.get("configmaps", "more", "shop")
    assert len(lines_of(promote("--context real -n shop --yes --force-conflicts"))) == 2
    assert other.get("configmaps", "colours", "shop")["data"] == {"sky": "blue"}


def test_a_namespace_that_is_not_here(promote: Promote) -> None:
    with pytest.raises(NotFound, match='namespaces "nope" not found'):
        promote("--context real -n nope --yes")


def make(kind: str, name: str, namespace: str = "shop", **more: Any) -> Object:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": namespace}, **more}


@pytest.mark.parametrize(
    ("obj", "own"),
    [
        pytest.param(make("ConfigMap", "a"), True, id="made by somebody"),
        pytest.param(make("ConfigMap", "kube-root-ca.crt"), False, id="root CA"),
        pytest.param(make("ServiceAccount", "default"), False, id="default account"),
        pytest.param(make("ServiceAccount", "robot"), True, id="other account"),
        pytest.param(make("Service", "kubernetes", "default"), False, id="service of the API"),
        pytest.param(make("Service", "kubernetes"), True, id="a service of that name elsewhere"),
        pytest.param(make("Secret", "t", type="kubernetes.io/service-account-token"), False, id="token"),
        pytest.param(make("Role", "system:x"), False, id="role of Kubernetes"),
        pytest.param(make("ConfigMap", "a", "kube-system"), False, id="namespace of Kubernetes"),
    ],
)
def test_what_is_somebodys_own(obj: Object, own: bool) -> None:
    assert is_own(obj) is own


def test_what_is_owned_is_made_by_its_owner() -> None:
    owned = make("Pod", "web-1")
    owned["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": "web"}]
    assert not is_own(owned)


@pytest.mark.parametrize(
    ("fields", "kept"), [({}, False), ({"f:nodePort": {}}, True)], ids=["given by the cluster", "asked for"]
)
def test_node_ports_stay_if_somebody_chose_them(fields: Object, kept: bool) -> None:
    service = make("Service", "web", spec={"ports": [{"port": 80, "nodePort": 30080}]})
    service["metadata"]["managedFields"] = [{"fieldsV1": {"f:spec": {"f:ports": {'k:{"port":80}': fields}}}}]
    assert ("nodePort" in strip(service)["spec"]["ports"][0]) is kept


def test_a_volume_that_was_found_here_is_not_asked_for_there() -> None:
    claim = make("PersistentVolumeClaim", "data", spec={"volumeName": "pv-1"})
    claim["metadata"]["annotations"] = {"pv.kubernetes.io/bound-by-controller": "yes"}
    assert "volumeName" not in strip(claim)["spec"]


def managed(obj: Object, manager: str, fields: Object, subresource: str = "") -> Object:
    entry = {"manager": manager, "operation": "Update", "fieldsV1": {"f:spec": fields}, "subresource": subresource}
    obj["metadata"].setdefault("managedFields", []).append(entry)
    return obj


@pytest.mark.parametrize("also", [(), ("kubectl-edit",)], ids=["by it alone", "and changed by somebody"])
def test_what_a_controller_made_without_being_its_owner(also: tuple[str, ...]) -> None:
    """The claims of a stateful set."""
    claim = managed(make("PersistentVolumeClaim", "data-db-0"), "kube-controller-manager", {"f:resources": {}})
    managed(claim, "kube-scheduler", {}, "status")
    for manager in also:
        managed(claim, manager, {"f:resources": {}})
    assert is_own(claim) is bool(also)


@pytest.mark.parametrize(
    ("applied", "fields", "kept"),
    [
        ("", {}, False),
        ("", {"f:storageClassName": {}}, True),
        ('{"spec":{}}', {"f:storageClassName": {}}, False),
        ('{"spec":{"storageClassName":"fast"}}', {}, True),
    ],
    ids=["nobody", "its maker", "not who applied it", "who applied it"],
)
def test_a_storage_class_stays_if_somebody_chose_it(applied: str, fields: Object, kept: bool) -> None:
    claim = managed(make("PersistentVolumeClaim", "data", spec={"storageClassName": "fast"}), "kubectl-create", fields)
    if applied:
        claim["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": applied}
    assert ("storageClassName" in strip(claim)["spec"]) is kept


@pytest.mark.parametrize(
    ("manager", "subresource", "kept"),
    [("kube-controller-manager", "scale", False), ("kubectl", "scale", True), ("kube-controller-manager", "status", True)],
    ids=["autoscaler", "somebody", "status"],
)
def test_replicas_that_an_autoscaler_chose_stay_here(manager: str, subresource: str, kept: bool) -> None:
    web = make("Deployment", "web", spec={"replicas": 7, "selector": {}, "template": {}}) | {"apiVersion": "apps/v1"}
    managed(web, manager, {"f:replicas": {}}, subresource)
    assert ("replicas" in strip(web)["spec"]) is kept


def test_the_port_of_a_health_check_is_the_clusters() -> None:
    spec = {
        "type": "LoadBalancer",
        "externalTrafficPolicy": "Local",
        "healthCheckNodePort": 31000,
        "ports": [{"nodePort": 30080}],
    }
    stripped = strip(managed(make("Service", "web", spec=spec), "kubectl", {"f:ports": {"f:nodePort": {}}}))["spec"]
    assert ("healthCheckNodePort" in stripped, stripped["ports"]) == (False, [{"nodePort": 30080}])
