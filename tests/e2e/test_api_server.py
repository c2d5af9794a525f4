"""The process that serves the API over https: it comes with its first client, goes with the daemon, and is there again when it died."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client import kubeconfig
from tests.oracle.conftest import find_kubectl

from .homes import DEADLINE, Home, Outcome, is_alive, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")]

CHATTY = "i=0; while true; do i=$((i+1)); echo line $i; sleep 0.05; done"
MANIFEST = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: box}
data: {a: "1"}
"""


class Cluster(Home):
    """A cluster and ways to reach it over https."""

    @property
    def server(self) -> int:
        """The API server's process id, 0 where there is none."""
        return next((pid for pid, command in self.processes().items() if "minikube_py.cmd.api_server" in command), 0)

    def read_config(self) -> Any:
        """Return the kubeconfig's cluster and user."""
        config = kubeconfig.read_file(self.kubeconfig)
        return config["clusters"][0]["cluster"], config["users"][0]["user"]

    def port(self) -> int:
        return int(self.read_config()[0]["server"].rpartition(":")[2])

    def ask(self, path: str, host: str = "127.0.0.1") -> tuple[int, bytes]:
        """Ask as the kubeconfig's user, at an address of this machine."""
        cluster, user = self.read_config()
        context = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        pair = self.folder.parent / "pair.pem"
        pair.write_bytes(b"".join(base64.b64decode(user[f"client-{part}-data"]) for part in ("certificate", "key")))
        context.load_cert_chain(pair)
        connection = http.client.HTTPSConnection(host, self.port(), context=context, timeout=DEADLINE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    home = Cluster(tmp_path_factory.mktemp("api") / "home")
    home.start()
    yield home
    home.clean_up()


@pytest.fixture
def home(cluster: Cluster) -> Cluster:
    cluster.start()
    return cluster


def test_the_kubeconfig_leads_to_it_and_is_its_owners_alone(home: Cluster) -> None:
    status, body = home.ask("/api/v1/namespaces/default")
    assert (status, json.loads(body)["metadata"]["name"]) == (200, "default")
    assert home.kubeconfig.stat().st_mode & 0o777 == 0o600


def test_mk_goes_by_the_state_file_still(home: Cluster) -> None:
    assert json.loads(home.do("auth", "whoami", "-o", "json"))["status"]["userInfo"]["username"] == "kubernetes-admin"
    assert "credential-id" not in home.do("auth", "whoami", "-o", "json")


def test_it_comes_with_its_first_client(home: Cluster) -> None:
    home.do("stop")
    home.start()
    assert home.server == 0
    assert home.ask("/version")[0] == 200
    assert home.server != 0


def test_it_is_started_again_and_no_connection_is_refused_meanwhile(home: Cluster) -> None:
    home.ask("/version")
    first = home.server
    home.kill(first)
    assert home.ask("/version")[0] == 200
    assert home.server != first


def test_it_ends_with_its_daemon_however_that_ends(home: Cluster) -> None:
    home.ask("/version")
    server = home.server
    home.kill(home.daemon)
    wait_until(lambda: not is_alive(server))
    port = home.port()
    home.start()
    assert home.port() == port
    assert home.ask("/version")[0] == 200


def test_it_listens_where_it_is_told_to_until_told_otherwise(home: Cluster) -> None:
    """127.0.0.2 is this machine's, and not where clusters are else."""
    for told, server in (
        (["--listen-address=127.0.0.2"], "127.0.0.2"),
        ([], "127.0.0.2"),
        (["--listen-address=0.0.0.0"], "127.0.0.1"),
    ):
        home.mk("stop")
        assert home.mk("start", "--runtime=fake", *told).code == 0
        assert home.read_config()[0]["server"] == f"https://{server}:{home.port()}"
        assert home.ask("/version", server)[0] == 200
    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):  # it listens, as somebody without that name
        home.ask("/version", "127.0.0.3")
    home.mk("stop")
    assert home.mk("start", "--runtime=fake", "--listen-address=127.0.0.1").code == 0
    with pytest.raises(ConnectionRefusedError):
        home.ask("/version", "127.0.0.3")


def test_a_port_that_somebody_else_took_is_given_up(home: Cluster) -> None:
    port = home.port()
    home.do("stop")
    with socket.create_server(("127.0.0.1", port)):
        home.start()
        assert home.port() != port
        assert home.ask("/version")[0] == 200


class Kubectl:
    """A real kubectl with the kubeconfig that `mk start` wrote."""

    def __init__(self, home: Cluster, program: str, folder: Path) -> None:
        self._command, self._env = program, {**home.env, "HOME": str(folder)}

    def start(self, *words: str) -> subprocess.Popen[str]:
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([self._command, *words], env=self._env, text=True, **pipes)

    def run(self, *words: str, stdin: str = "") -> Outcome:
        with self.start(*words) as process:
            stdout, stderr = process.communicate(stdin, DEADLINE)
            return Outcome(stdout, stderr, process.returncode)


@pytest.fixture
def real(home: Cluster, tmp_path: Path) -> Kubectl:
    program = find_kubectl()
    if program is None:
        pytest.skip("no kubectl 1.33 on PATH")
    return Kubectl(home, program, tmp_path)


def test_a_real_kubectl_changes_and_reads_objects(real: Kubectl) -> None:
    apply = ("apply", "--validate=false", "-f", "-")
    assert real.run(*apply, stdin=MANIFEST) == Outcome("configmap/box created\n", "", 0)
    assert real.run(*apply, stdin=MANIFEST) == Outcome("configmap/box unchanged\n", "", 0)
    assert real.run("get", "configmap", "box", "-o", "jsonpath={.data.a}").stdout == "1"
    assert real.run("label", "configmap", "box", "is=mine").stdout == "configmap/box labeled\n"
    assert real.run("get", "configmaps", "-l", "is=mine", "-o", "name").stdout == "configmap/box\n"
    assert real.run("delete", "configmap", "box").stdout == 'configmap "box" deleted\n'
    assert real.run("get", "configmap", "box").stderr == 'Error from server (NotFound): configmaps "box" not found\n'


def test_a_real_kubectl_waits_watches_and_follows(home: Cluster, real: Kubectl) -> None:
    watching = real.start("get", "pods", "--watch", "-o", "name")
    home.apply_pod("chatty", CHATTY)
    assert real.run("wait", "--for=condition=Ready", "pod/chatty").stdout == "pod/chatty condition met\n"
    following = real.start("logs", "-f", "chatty")
    assert following.stdout is not None and watching.stdout is not None
    assert [following.stdout.readline() for _ in range(3)] == ["line 1\n", "line 2\n", "line 3\n"]
    assert watching.stdout.readline() == "pod/chatty\n"
    assert real.run("delete", "pod", "chatty").stdout == 'pod "chatty" deleted\n'
    following.communicate(timeout=DEADLINE)
    assert following.returncode == 0
    watching.kill()
    watching.communicate()
