"""The verbs of `minikube` that tutorials type, against a profile that was made and a store."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cmd.mk import unwrap_kubectl
from minikube_py.minikube.box_table import format_box_table
from minikube_py.minikube.profile import Config, get_profile
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome

Object = dict[str, Any]


@pytest.fixture
def profile(kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped cluster `minikube` with a context of that name."""
    made = get_profile("minikube")
    made.save(Config(runtime="fake"))
    (made.directory / "logs").mkdir()
    (made.directory / "logs" / "daemon.log").write_text("one\ntwo\nthree\n")
    kubectl("config set-context minikube --cluster=test --user=test")


@pytest.mark.parametrize("mode", [0o777, 0o755, 0o700])
def test_a_clusters_folder_is_its_owners(profile: None, mode: int) -> None:
    made = get_profile("minikube")
    made.directory.chmod(mode)
    made.make_directory()
    assert stat.S_IMODE(made.directory.stat().st_mode) == 0o700


def test_a_clusters_folder_is_no_link(profile: None, tmp_path: Path) -> None:
    other = get_profile("other")
    other.directory.symlink_to(get_profile("minikube").directory)
    with pytest.raises(CliError, match="not a folder of yours"):
        other.make_directory()


@pytest.fixture
def services(cluster: Cluster) -> None:
    """A service with two node ports and one without any."""
    ports = [{"name": "http", "port": 80, "nodePort": 30080}, {"name": "admin", "port": 81, "nodePort": 30081}]
    spec: Object = {"type": "NodePort", "selector": {"app": "web"}, "ports": ports}
    cluster.create(
        "", "services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}, "default"
    )
    inner: Object = {"selector": {"app": "db"}, "ports": [{"port": 5432}]}
    cluster.create(
        "", "services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"}, "spec": inner}, "default"
    )


@pytest.mark.parametrize("words", ["ip", "service web --url", "logs", "image ls", "addons list", "profile nope"])
def test_there_must_be_a_cluster(kubectl: Kubectl, words: str) -> None:
    outcome = kubectl(f"minikube {words}")
    assert outcome.code == 85
    assert 'not found. Run "mk cluster list"' in outcome.stderr


@pytest.mark.usefixtures("profile")
@pytest.mark.parametrize(
    ("address", "listening", "endpoint"),
    [
        ("0.0.0.0", "0.0.0.0:6444", "https://127.0.0.1:6444"),
        ("::", "[::]:6444", "https://[::1]:6444"),
        ("10.0.0.7", "10.0.0.7:6444", "https://10.0.0.7:6444"),
    ],
)
def test_status_says_where_the_api_is_unless_that_is_loopback(
    kubectl: Kubectl, address: str, listening: str, endpoint: str
) -> None:
    assert "listening" not in kubectl("minikube status").stdout
    get_profile("minikube").change(listen_address=address, port=6444)
    assert f"\nlistening: {listening}\nendpoint: {endpoint}\n" in kubectl("minikube status").stdout


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("localhost", "it must be an IP address"),
        ("192.0.2.300", "it must be an IP address"),
        ("198.51.100.7", "it is no address of this machine"),
        ("2001:db8::7", "it is no address of this machine"),
    ],
)
def test_addresses_that_the_api_cannot_be_served_on(kubectl: Kubectl, address: str, why: str) -> None:
    outcome = kubectl(f"start --listen-address {address}")
    assert (outcome.code, outcome.stderr) == (1, f"error: invalid --listen-address '{address}': {why}\n")
    assert not get_profile("minikube").exists()


@pytest.mark.usefixtures("profile")
def test_ip(kubectl: Kubectl) -> None:
    assert kubectl("minikube ip") == Outcome("127.0.0.1\n", "", 0)


@pytest.mark.usefixtures("profile", "services")
@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("web --url", Outcome("http://127.0.0.1:30080\nhttp://127.0.0.1:30081\n", "", 0)),
        ("web --url --https", Outcome("https://127.0.0.1:30080\nhttps://127.0.0.1:30081\n", "", 0)),
        ("db --url", Outcome("", "😿  service default/db has no node port\n", 0)),
        (
            "nope -n other",
            Outcome(
                "",
                "❌  Exiting due to SVC_NOT_FOUND: Service 'nope' was not found in 'other' namespace.\n"
                "You may select another namespace by using 'minikube service nope -n <namespace>'. "
                "Or list out all the services using 'minikube service list'\n",
                115,
            ),
        ),
    ],
    ids=["urls", "https", "no-node-port", "missing"],
)
def test_service(kubectl: Kubectl, words: str, outcome: Outcome) -> None:
    assert kubectl(f"minikube service {words}") == outcome


@pytest.mark.usefixtures("profile", "services")
def test_service_list(kubectl: Kubectl) -> None:
    lines = kubectl("minikube service list").stdout.splitlines()
    assert lines[1] == "| NAMESPACE | NAME | TARGET PORT  |          URL           |"
    assert lines[3] == "| default   | db   | No node port |                        |"
    assert lines[4] == "| default   | web  | http/80      | http://127.0.0.1:30080 |"


@pytest.mark.usefixtures("profile")
def test_profiles(kubectl: Kubectl) -> None:
    assert kubectl("minikube profile").stdout == "test\n"
    assert kubectl("minikube profile minikube").stdout == '✅  kubectl is now configured to use "minikube"\n'
    assert kubectl("config current-context").stdout == "minikube\n"
    assert json.loads(kubectl("minikube profile list -o json").stdout) == {
        "invalid": [],
        "valid": [{"Name": "minikube", "Status": "Stopped"}],
    }
    assert "| minikube | fake" in kubectl("minikube profile list").stdout


def test_no_profiles(kubectl: Kubectl) -> None:
    assert kubectl("minikube profile list").code == 14


@pytest.mark.usefixtures("profile")
def test_logs(kubectl: Kubectl) -> None:
    assert kubectl("minikube logs -n 2").stdout == "==> daemon.log <==\ntwo\nthree\n\n"
    kubectl("minikube logs --file=out.txt")
    assert Path("out.txt").read_text() == "==> daemon.log <==\none\ntwo\nthree\n\n"


@pytest.mark.usefixtures("profile")
def test_images_are_those_of_the_nodes(kubectl: Kubectl, cluster: Cluster) -> None:
    from minikube_py.client.request import Request

    node = cluster.create("", "nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}})
    images = [{"names": ["docker.io/library/nginx@sha256:1", "docker.io/library/nginx:1.27"], "sizeBytes": 1}]
    body = {**node, "status": {"images": images}}
    cluster.server.handle(Request("update", "", "v1", "nodes", "", "n1", "status", body=body))
    assert kubectl("minikube image ls").stdout == "docker.io/library/nginx:1.27\n"
    assert kubectl("minikube image load mine").code == 1


@pytest.mark.usefixtures("profile")
def test_addons(kubectl: Kubectl) -> None:
    assert "| ingress " in kubectl("minikube addons list").stdout
    assert kubectl("minikube addons enable ingress").stderr == (
        "❌  The addon 'ingress' is not available: minikube_py runs no add-ons\n"
    )
    assert "nope is not a valid addon" in kubectl("minikube addons enable nope").stderr


def test_version(kubectl: Kubectl) -> None:
    short = kubectl("minikube version --short").stdout.strip()
    assert short.startswith("v")
    assert json.loads(kubectl("minikube version -o json").stdout)["minikubeVersion"] == short


@pytest.mark.parametrize(
    ("words", "kubectl_words"),
    [
        ("minikube kubectl -- get pods -A", "get pods -A"),
        ("minikube kubectl get pods", "get pods"),
        ("minikube -p demo kubectl -- get pods", "--context demo get pods"),
        ("minikube --profile=demo kubectl -- exec a -- ls", "--context demo exec a -- ls"),
        ("minikube start", "minikube start"),
        ("get kubectl", "get kubectl"),
    ],
)
def test_minikube_kubectl(words: str, kubectl_words: str) -> None:
    assert unwrap_kubectl(words.split()) == kubectl_words.split()


def test_a_box_table() -> None:
    assert format_box_table(("A", "LONG"), [("x", "1"), ("yy", "ok ✅")]) == (
        "|----|-------|\n| A  | LONG  |\n|----|-------|\n| x  |     1 |\n| yy | ok ✅ |\n|----|-------|\n"
    )


@pytest.mark.usefixtures("profile")
@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("status -o xml", 'invalid output format "xml": it must be text or json'),
        ("minikube version -o xml", 'invalid output format "xml": it must be json or yaml'),
        ("minikube profile list -o xml", 'invalid output format "xml": it must be table or json'),
        ("minikube logs --length=-1", "invalid --length -1: it must not be less than 0"),
        ("node add --control-plane", "a node that is added is a worker: a cluster has one control plane"),
        (
            "cluster delete -p other --purge",
            '--purge removes everything, and there are other clusters: "mk cluster delete --all --purge"',
        ),
    ],
)
def test_values_that_mean_nothing_are_refused(kubectl: Kubectl, words: str, error: str) -> None:
    assert kubectl(words) == Outcome("", f"error: {error}\n", 1)


@pytest.mark.usefixtures("profile", "services")
@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        ("--url --format={{.IP}}:{{.Port}}/{{.Name}}", "127.0.0.1:30080/http\n127.0.0.1:30081/admin\n"),
        ("--url --https --format=http://{{.IP}}:{{.Port}}", "https://127.0.0.1:30080\nhttps://127.0.0.1:30081\n"),
    ],
)
def test_addresses_in_the_form_that_is_wanted(kubectl: Kubectl, words: str, stdout: str) -> None:
    assert kubectl(f"minikube service web {words}") == Outcome(stdout, "", 0)


def test_purge_removes_the_folder_of_all_clusters(kubectl: Kubectl, profile: None) -> None:
    folder = get_profile("minikube").directory.parent
    assert kubectl("cluster delete --all --purge").code == 0
    assert not folder.exists()


@pytest.mark.usefixtures("profile", "services")
def test_tunnel_tells_where_load_balancers_are(kubectl: Kubectl, cluster: Cluster) -> None:
    spec: Object = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "lb"}, "spec": spec}
    cluster.create("", "services", body, "default")
    kubectl("""patch svc lb --subresource=status -p '{"status":{"loadBalancer":{"ingress":[{"ip":"127.9.9.9"}]}}}'""")
    lines = kubectl("minikube tunnel").stdout.splitlines()
    assert lines[0] == "✅  Tunnel successfully started"
    assert lines[-1] == "🏃  Service lb is reached at 127.9.9.9:80"
    assert len([line for line in lines if "Service" in line]) == 1
