"""What needs processes: logs, exec and port-forward by the clients' own means."""

from __future__ import annotations

import sys
import urllib.request
from contextlib import closing

import kr8s
import pytest
from kr8s.objects import Pod
from kubernetes import client, config
from kubernetes.stream import portforward, stream
from lightkube import Client, KubeConfig

from minikube_py.testing import Cluster, ClusterOptions

PATIENCE = 20


@pytest.fixture(scope="module")
def cluster():
    with Cluster(ClusterOptions(runtime="process")) as made:
        for name, image, command in (
            ("box", "busybox", ["sh", "-c", "echo one; echo two; exec sleep 1000"]),
            ("web", "nginx", None),
        ):
            container = {"name": "main", "image": image, **({"command": command} if command else {})}
            spec = {"containers": [container], "terminationGracePeriodSeconds": 1}
            made.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
        for name in ("box", "web"):
            made.wait(f"pod/{name}", "Ready", timeout=PATIENCE)
        made.wait("pod/box", lambda pod: made.logs("box") == "one\ntwo\n" or pytest.fail("no log"))
        yield made


@pytest.fixture
def core(cluster):
    with config.new_client_from_config(str(cluster.kubeconfig)) as api:
        yield client.CoreV1Api(api)


@pytest.fixture
def api(cluster):
    return kr8s.api(kubeconfig=str(cluster.kubeconfig))


def test_kubernetes_reads_logs(core):
    assert core.read_namespaced_pod_log("box", "default") == "one\ntwo\n"
    assert core.read_namespaced_pod_log("box", "default", tail_lines=1) == "two\n"


def test_kubernetes_executes(core):
    options = {"stderr": True, "stdin": False, "stdout": True, "tty": False}
    told = stream(core.connect_get_namespaced_pod_exec, "box", "default", command=["echo", "hello"], **options)
    assert told == "hello\n"


def test_kubernetes_talks_to_a_command(core):
    options = {"stderr": True, "stdin": True, "stdout": True, "tty": False, "_preload_content": False}
    words = ["sh", "-c", "read line; echo got $line; echo oops >&2; exit 3"]
    shell = stream(core.connect_get_namespaced_pod_exec, "box", "default", command=words, **options)
    shell.write_stdin("this\n")
    shell.run_forever(timeout=PATIENCE)
    assert (shell.read_stdout(), shell.read_stderr(), shell.returncode) == ("got this\n", "oops\n", 3)
    shell.close()


def test_kubernetes_forwards_ports(core):
    forwarded = portforward(core.connect_get_namespaced_pod_portforward, "web", "default", ports="80")
    with closing(forwarded.socket(80)) as web:
        web.setblocking(True)
        web.settimeout(PATIENCE)
        web.sendall(b"GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
        answer = b""
        while part := web.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"Welcome to nginx!" in answer
    assert forwarded.error(80) is None
    forwarded.close()


def test_kr8s_reads_logs_and_executes(api):
    pod = Pod.get("box", namespace="default", api=api)
    assert list(pod.logs()) == ["one", "two"]
    done = pod.exec(["sh", "-c", "echo hello; echo oops >&2"])
    assert (done.stdout, done.stderr, done.returncode) == (b"hello\n", b"oops\n", 0)
    assert pod.exec(["sh", "-c", "exit 3"], check=False).returncode == 3


def test_kr8s_forwards_ports(api):
    pod = Pod.get("web", namespace="default", api=api)
    with pod.portforward(80, local_port="auto") as port:
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE).read()
    assert b"Welcome to nginx!" in page


def test_lightkube_reads_logs_and_executes(cluster):
    with closing(Client(config=KubeConfig.from_file(cluster.kubeconfig), trust_env=False)) as api:
        assert list(api.log("box")) == ["one\n", "two\n"]
        done = api.exec("box", command=["sh", "-c", "cat; exit 3"], stdin="hello", stdout=True)
        assert (done.stdout, done.exit_code) == ("hello", 3)


IN_A_POD = """
import kr8s, lightkube, lightkube.resources.core_v1
from kubernetes import client, config
config.load_config()
for pod in client.CoreV1Api().list_namespaced_pod("default").items:
    print(pod.metadata.name)
try:
    client.CoreV1Api().list_node()
except client.ApiException as error:
    print(error.reason)
print(len(list(kr8s.get("pods"))), len(list(lightkube.Client().list(lightkube.resources.core_v1.Pod))))
"""


def test_programs_in_pods_find_their_cluster(cluster):
    """By the kubeconfig that stands for the service account; they may what RBAC lets it."""
    role = {"kind": "Role", "apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": "looks"}}
    bound = {"kind": "RoleBinding", "apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": "looks"}}
    cluster.apply({**role, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]})
    to = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "looks"}
    cluster.apply({**bound, "roleRef": to, "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}]})
    container = {"name": "main", "image": "python", "command": [sys.executable, "-W", "ignore", "-c", IN_A_POD]}
    spec = {"containers": [container], "restartPolicy": "Never", "securityContext": {"runAsUser": 65532}}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "inside"}, "spec": spec})
    cluster.wait("pod/inside", lambda pod: pod["status"]["phase"] in ("Succeeded", "Failed"), timeout=3 * PATIENCE)
    assert cluster.logs("inside") == "box\ninside\nweb\nForbidden\n3 3\n"
