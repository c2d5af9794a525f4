"""Walk-through 1: start a cluster and look around."""

from __future__ import annotations

import pytest

from tests.e2e.shell import Shell, read_table

STATUS = "minikube\ntype: Control Plane\nhost: Running\nkubelet: Running\napiserver: Running\nkubeconfig: Configured\n\n"


def test_start_says_that_kubectl_is_configured(cluster: Shell) -> None:
    done = 'Done! kubectl is now configured to use "minikube" cluster and "default" namespace by default\n'
    assert cluster.told["minikube start"].stdout.endswith(done)


def test_cluster_info_tells_where_the_control_plane_is(cluster: Shell) -> None:
    first, *rest = cluster.out("kubectl cluster-info").splitlines()
    assert first.startswith("Kubernetes control plane is running at https://127.0.0.1:")
    *services, empty, hint = rest
    assert (empty, hint) == ("", "To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")
    assert [line.partition(" https:")[0] for line in services] in (
        ["CoreDNS is running at"],
        [],
    )  # none without a pods' network


def test_there_is_one_node_and_it_is_ready(cluster: Shell) -> None:
    (node,) = read_table(cluster.out("kubectl get node"))
    assert (node["NAME"], node["STATUS"], node["ROLES"]) == ("minikube", "Ready", "control-plane")
    assert node["VERSION"].startswith("v1.33.")


def test_status_tells_that_all_runs(cluster: Shell) -> None:
    assert cluster.out("minikube status") == STATUS


def test_the_context_is_the_clusters(cluster: Shell) -> None:
    assert cluster.out("kubectl config current-context") == "minikube\n"


@pytest.mark.parametrize(
    "command, shown",
    [
        (
            "kubectl get namespaces -o name",
            "namespace/default\nnamespace/kube-node-lease\nnamespace/kube-public\nnamespace/kube-system\n",
        ),
        ("kubectl get pods", ""),
        ("kubectl get service kubernetes -o jsonpath={.spec.clusterIP}", "10.96.0.1"),
    ],
    ids=["namespaces", "no pods", "the API's service"],
)
def test_a_new_cluster_has(cluster: Shell, command: str, shown: str) -> None:
    assert cluster.out(command) == shown


def test_what_was_there_is_there_after_stop_and_start(cluster: Shell) -> None:
    cluster.out("kubectl run web --image=nginx")
    cluster.wait_for("kubectl get pod web", r"1/1 +Running")
    cluster.out("minikube stop")
    stopped = cluster.run("minikube status")
    assert (stopped.code, "host: Stopped" in stopped.stdout) == (7, True)
    cluster.out("minikube start")
    assert cluster.out("minikube status") == STATUS
    (pod,) = read_table(cluster.wait_for("kubectl get pod web", r"1/1 +Running +1 \("))
    assert pod["NAME"] == "web"
