"""scale and expose."""

from __future__ import annotations

import json

import pytest

from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome


@pytest.fixture
def web(kubectl: Kubectl) -> Kubectl:
    """A deployment of two pods that listen on port 80, and one of a pod that says nothing of ports."""
    assert kubectl("create deployment web --image=nginx --replicas=2 --port=80").code == 0
    assert kubectl("create deployment mute --image=nginx").code == 0
    return kubectl


@pytest.mark.parametrize(
    ("words", "stdout", "replicas"),
    [
        ("--replicas=3", "deployment.apps/web scaled\n", 3),
        ("--replicas=3 --current-replicas=2", "deployment.apps/web scaled\n", 3),
        ("--replicas=0 -o name", "deployment.apps/web\n", 0),
        ("--replicas=3 --dry-run=client", "deployment.apps/web scaled (dry run)\n", 2),
        ("--replicas=3 --dry-run=server", "deployment.apps/web scaled (server dry run)\n", 2),
    ],
)
def test_scale(web: Kubectl, cluster: Cluster, words: str, stdout: str, replicas: int) -> None:
    assert web(f"scale deployment/web {words}") == Outcome(stdout, "", 0)
    assert cluster.get("deployments", "web", group="apps")["spec"]["replicas"] == replicas


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("deployment/web", 'error: required flag(s) "replicas" not set\n'),
        (
            "deployment/web --replicas=-1",
            "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0\n",
        ),
        ("deployment/web --replicas=1 --current-replicas=5", "error: Expected replicas to be 5, was 2\n"),
        ("deployment/nope --replicas=1", 'error: no objects passed to scale deployments.apps "nope" not found\n'),
        (
            "deployment/web deployment/mute --replicas=1 --resource-version=1",
            "error: cannot use --resource-version with multiple resources\n",
        ),
    ],
)
def test_scale_refused(web: Kubectl, words: str, stderr: str) -> None:
    assert web(f"scale {words}") == Outcome("", stderr, 1)


def test_scale_waits_until_the_pods_are_there(web: Kubectl, cluster: Cluster) -> None:
    listen = cluster.listen

    def grow() -> object:
        deployment = cluster.get("deployments", "web", group="apps")
        deployment["status"] = {"replicas": 3}
        cluster.update_status("apps", "deployments", deployment)
        return listen()

    cluster.listen = grow  # type: ignore[assignment]
    assert web("scale deployment/web --replicas=3 --timeout=1m").stdout == "deployment.apps/web scaled\n"


@pytest.mark.parametrize(
    ("words", "spec"),
    [
        ("", {"ports": [{"protocol": "TCP", "port": 80, "targetPort": 80}], "selector": {"app": "web"}}),
        (
            "--port=81 --target-port=http --protocol=UDP --type=NodePort",
            {
                "ports": [{"protocol": "UDP", "port": 81, "targetPort": "http"}],
                "selector": {"app": "web"},
                "type": "NodePort",
            },
        ),
        (
            "--port=80,443 --selector=a=b",
            {
                "ports": [
                    {"name": "port-1", "protocol": "TCP", "port": 80, "targetPort": 80},
                    {"name": "port-2", "protocol": "TCP", "port": 443, "targetPort": 443},
                ],
                "selector": {"a": "b"},
            },
        ),
        (
            '--overrides=\'{"spec":{"type":"LoadBalancer"}}\'',
            {
                "ports": [{"protocol": "TCP", "port": 80, "targetPort": 80}],
                "selector": {"app": "web"},
                "type": "LoadBalancer",
            },
        ),
    ],
)
def test_expose_shows(web: Kubectl, words: str, spec: object) -> None:
    shown = json.loads(web(f"expose deployment web {words} --dry-run=client -o json").stdout)
    assert shown["spec"] == spec
    assert shown["metadata"]["labels"] == {"app": "web"}


def test_expose(web: Kubectl, cluster: Cluster) -> None:
    assert web("expose deployment web --name=front -l team=red") == Outcome("service/front exposed\n", "", 0)
    stored = cluster.get("services", "front")
    assert (stored["spec"]["selector"], stored["metadata"]["labels"]) == ({"app": "web"}, {"team": "red"})


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("deployment mute", "error: couldn't find port via --port flag or introspection\n"),
        ("deployment nope --port=80", 'Error from server (NotFound): deployments.apps "nope" not found\n'),
        ("deployment web --port=abc", 'error: strconv.Atoi: parsing "abc": invalid syntax\n'),
        ("namespace default --port=80", "error: cannot expose a Namespace\n"),
        ("deployment web --session-affinity=Cookie", "error: unknown session affinity: Cookie\n"),
        ("deployment web --labels=a", "error: unexpected label spec: a\n"),
    ],
)
def test_expose_refused(web: Kubectl, words: str, stderr: str) -> None:
    assert web(f"expose {words}") == Outcome("", stderr, 1)
