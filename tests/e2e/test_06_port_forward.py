"""Walk-through 6: a pod's port on this machine."""

from __future__ import annotations

import pytest

from tests.e2e.shell import Shell, fetch


def test_the_page_of_nginx(cluster: Shell) -> None:
    assert cluster.out("kubectl run tmp-nginx --image nginx --port=80") == "pod/tmp-nginx created\n"
    cluster.wait_for("kubectl get pod tmp-nginx", "Running")
    with cluster.port_forward("pod/tmp-nginx", 80) as (url, _):
        assert "<h1>Welcome to nginx!</h1>" in fetch(url)
    assert '"GET / HTTP/1.1" 200' in cluster.out("kubectl logs tmp-nginx")


@pytest.mark.parametrize(
    "manifest, selector, port, answer",
    [
        ("kubia-controller.json", "app=kubia", 8080, "You've hit {pod}\n"),
        ("crane-controller.json", "run=crane", 7070, "You've hit crane on {pod}\n"),
    ],
    ids=["kubia", "crane"],
)
def test_the_pod_of_a_replication_controller(cluster: Shell, manifest: str, selector: str, port: int, answer: str) -> None:
    cluster.out(f"kubectl create -f {manifest}")
    pod = cluster.wait_for(
        f"kubectl get pods -l {selector} --field-selector=status.phase=Running -o name | head -n 1", "pod/"
    ).strip()
    with cluster.port_forward(pod, port) as (url, _):
        assert fetch(url) == answer.format(pod=pod.removeprefix("pod/"))


def test_a_port_that_nobody_listens_on(cluster: Shell) -> None:
    shown = cluster.run("timeout 5 kubectl port-forward pod/none 8000:80")
    assert (shown.stderr, shown.code) == ('Error from server (NotFound): pods "none" not found\n', 1)
