"""Services from this machine: load balancers and node ports, and who stays with whom."""

from __future__ import annotations

import pytest

from tests.e2e.shell import Shell, fetch, read_table


def test_a_load_balancer_is_reached_at_its_address(cluster: Shell) -> None:
    cluster.out("kubectl create deployment web --image=nginx --replicas=2")
    cluster.out("kubectl expose deployment web --type=LoadBalancer --port=8080 --target-port=80")
    cluster.wait_for("kubectl get deployment web", "2/2")
    cluster.wait_for("kubectl get service web", r"LoadBalancer +\S+ +127\.")
    (service,) = read_table(cluster.out("kubectl get service web"))
    assert "<title>Welcome to nginx!</title>" in fetch(f"http://{service['EXTERNAL-IP']}:8080")
    assert f"{service['EXTERNAL-IP']}:8080" in cluster.out("minikube tunnel")
    assert "<title>Welcome to nginx!</title>" in fetch(cluster.out("minikube service web --url").strip())


def test_its_address_goes_with_its_type(cluster: Shell) -> None:
    cluster.out("""kubectl patch service web -p '{"spec":{"type":"ClusterIP"}}'""")
    cluster.wait_for("kubectl get service web -o jsonpath='{.status}'", r'^{"loadBalancer":{}}$')


@pytest.fixture
def networked(cluster: Shell) -> Shell:
    """The cluster, if its pods have a network of their own."""
    if "sandbox" not in cluster.out("kubectl get node minikube -o jsonpath='{.status.nodeInfo.containerRuntimeVersion}'"):
        pytest.skip("pods have no network of their own here")
    return cluster


def test_a_client_stays_with_its_pod(networked: Shell) -> None:
    networked.out("kubectl create deployment whoami --image=luksa/kubia --replicas=3")
    networked.out("kubectl expose deployment whoami --port=80 --target-port=8080 --session-affinity=ClientIP")
    networked.wait_for("kubectl get deployment whoami", "3/3")
    ask = "for i in 1 2 3 4 5; do wget -qO- http://whoami; done"
    answers = networked.out(f"kubectl run asker --image=busybox --restart=Never -i --rm -q -- sh -c '{ask}'").splitlines()
    assert len(answers) == 5
    assert len(set(answers)) == 1


def test_dns_is_a_service_of_its_own(networked: Shell) -> None:
    (service,) = read_table(networked.out("kubectl get service -n kube-system kube-dns"))
    assert (service["CLUSTER-IP"], service["PORT(S)"]) == ("10.96.0.10", "53/UDP,53/TCP")
    assert "CoreDNS is running at" in networked.out("kubectl cluster-info")
