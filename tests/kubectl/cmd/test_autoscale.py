"""autoscale."""

from __future__ import annotations

import json

import pytest

from tests.kubectl.cmd.conftest import Kubectl, Outcome


@pytest.fixture
def web(kubectl: Kubectl) -> Kubectl:
    """A deployment."""
    assert kubectl("create deployment web --image=nginx").code == 0
    return kubectl


def test_autoscale(web: Kubectl) -> None:
    told = "horizontalpodautoscaler.autoscaling/web autoscaled\n"
    assert web("autoscale deployment web --min=2 --max=5 --cpu-percent=60") == Outcome(told, "", 0)
    spec = json.loads(web("get hpa web -o json").stdout)["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 5)
    assert spec["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 60}
    older = json.loads(web("get horizontalpodautoscalers.v1.autoscaling web -o json").stdout)
    assert (older["apiVersion"], older["spec"]["targetCPUUtilizationPercentage"]) == ("autoscaling/v1", 60)


@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        ("--max=3 --dry-run=client", "horizontalpodautoscaler.autoscaling/web created (dry run)\n"),
        ("--max=3 --dry-run=server", "horizontalpodautoscaler.autoscaling/web autoscaled (server dry run)\n"),
        ("--max=3 --dry-run=client --name=other -o name", "horizontalpodautoscaler.autoscaling/other\n"),
    ],
)
def test_dry_run(web: Kubectl, words: str, stdout: str) -> None:
    assert web(f"autoscale deployment/web {words}") == Outcome(stdout, "", 0)
    assert web("get hpa").stderr == "No resources found in default namespace.\n"


@pytest.mark.parametrize(
    ("words", "stderr"),
    [
        ("deployment web", 'error: required flag(s) "max" not set\n'),
        ("deployment web --max=0", "error: --max=MAXPODS is required and must be at least 1, max: 0\n"),
        (
            "deployment web --max=1 --min=3",
            "error: --max=MAXPODS must be larger or equal to --min=MINPODS, max: 1, min: 3\n",
        ),
        ("deployment nope --max=3", 'Error from server (NotFound): deployments.apps "nope" not found\n'),
        ("deployment --max=3", "error: resource(s) were provided, but no name was specified\n"),
        (
            "namespace default --max=3",
            "error: cannot autoscale a Namespace: could not find scale subresource for /v1, Resource=namespaces "
            "in discovery information\n",
        ),
    ],
)
def test_refused(web: Kubectl, words: str, stderr: str) -> None:
    assert web(f"autoscale {words}") == Outcome("", stderr, 1)
