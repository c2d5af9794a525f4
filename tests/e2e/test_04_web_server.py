"""Walk-through 4: a web server five times, kept at that number, and one address for all."""

from __future__ import annotations

from tests.e2e.shell import Shell, fetch, read_table

READY = r"5/5 +5 +5"


def list_pods(cluster: Shell) -> list[str]:
    return cluster.out("kubectl get pods -l app=webserver -o name").split()


def test_five_pods_run(cluster: Shell) -> None:
    created = cluster.out("kubectl create deployment webserver --image=nginx --replicas=5")
    assert created == "deployment.apps/webserver created\n"
    cluster.wait_for("kubectl get deployment webserver", READY)
    pods = read_table(cluster.out("kubectl get pods"))
    assert [(pod["READY"], pod["STATUS"], pod["RESTARTS"]) for pod in pods] == [("1/1", "Running", "0")] * 5


def test_another_takes_the_place_of_a_deleted_one(cluster: Shell) -> None:
    before = list_pods(cluster)
    name = before[0].removeprefix("pod/")
    assert cluster.out(f"kubectl delete pod {name}") == f'pod "{name}" deleted\n'
    cluster.wait_for("kubectl get deployment webserver", READY)
    after = list_pods(cluster)
    assert (len(after), before[0] in after, len(set(after) - set(before))) == (5, False, 1)


def test_one_address_leads_to_all(cluster: Shell) -> None:
    assert cluster.out("kubectl expose deployment webserver --port=80") == "service/webserver exposed\n"
    (service,) = read_table(cluster.out("kubectl get service webserver"))
    assert (service["TYPE"], service["EXTERNAL-IP"], service["PORT(S)"]) == ("ClusterIP", "<none>", "80/TCP")
    addresses = cluster.out("kubectl get pods -l app=webserver -o jsonpath='{.items[*].status.podIP}'").split()
    listed = cluster.wait_for(
        "kubectl get endpointslices -l kubernetes.io/service-name=webserver -o jsonpath='{.items[*].endpoints[*].addresses[0]}'",
        r"(\S+ ?){5}",
    )
    assert sorted(listed.split()) == sorted(addresses)
    with cluster.port_forward("service/webserver", 80) as (url, _):
        assert "<title>Welcome to nginx!</title>" in fetch(url)


def test_a_pod_finds_the_service_by_its_name(cluster: Shell) -> None:
    page = cluster.out("kubectl run asker --image=busybox --restart=Never -i --rm -q -- wget -qO- http://webserver")
    assert "<title>Welcome to nginx!</title>" in page


def test_scale_down_takes_some_away(cluster: Shell) -> None:
    assert cluster.out("kubectl scale deployment webserver --replicas=2") == "deployment.apps/webserver scaled\n"
    cluster.wait_for("kubectl get pods -l app=webserver -o name | wc -l", r"^\s*2$")
    (deployment,) = read_table(cluster.wait_for("kubectl get deployment webserver", "2/2"))
    assert deployment["AVAILABLE"] == "2"
    said = cluster.out("kubectl get events --field-selector involvedObject.kind=Deployment -o jsonpath='{.items[*].message}'")
    assert "from 5 to 2" in said
