"""Older kubectls, which are beside the one on PATH, work on a cluster through `mk proxy`: what each asks of a server in its own way.

1.27 and 1.28 read OpenAPI 2 in protobuf, those after OpenAPI 3; from 1.32 on bodies come in protobuf.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.homes import Home
from tests.oracle.conftest import find_kubectl

pytestmark = pytest.mark.e2e

MINORS = (27, 30, 33)
MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: c, image: "{image}", ports: [{{containerPort: 80}}]}}]}}
"""
UNKNOWN_FIELD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndatum: {{a: b}}\n"
COMMANDS = [
    ("apply -f {manifest}", 0, "deployment.apps/{name} created"),
    ("diff -f {changed}", 1, "+      - image: other"),
    ("apply -f {changed}", 0, "deployment.apps/{name} configured"),
    ("apply --server-side --force-conflicts -f {manifest}", 0, "deployment.apps/{name} serverside-applied"),
    ("create -f {unknown}", 1, 'strict decoding error: unknown field "datum"'),
    ("create --validate=warn -f {unknown}", 0, 'Warning: unknown field "datum"'),
    ("explain pod.spec.containers.ports", 0, "containerPort\t<integer> -required-"),
    ("create role {name} --verb=get --resource=pods", 0, "role.rbac.authorization.k8s.io/{name} created"),
    ("create quota {name} --hard=pods=7", 0, "resourcequota/{name} created"),
    ("create job {name} --image=busybox", 0, "job.batch/{name} created"),
    ("create token default --duration=1h", 0, "ey"),
    ("autoscale deployment {name} --max=5", 0, "horizontalpodautoscaler.autoscaling/{name} autoscaled"),
    ("auth can-i list pods", 0, "yes"),
    ("api-resources --api-group=apps -o name", 0, "deployments.apps"),
    ("get --raw /apis/apps/v1/namespaces/default/deployments/{name}/scale", 0, '"kind":"Scale"'),
    ("delete deployment,role,quota,job,hpa {name}", 0, 'deployment.apps "{name}" deleted'),
]

Run = Callable[[str], tuple[int, str]]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster, and where a proxy to it listens."""
    if find_kubectl() is None:
        pytest.skip("no kubectl 1.33 on PATH")
    home = Home(tmp_path_factory.mktemp("older") / "home")
    assert home.mk("start", "--runtime", "fake").code == 0
    proxy = None
    try:
        proxy = home.popen("proxy", "--port=0")
        assert proxy.stdout is not None
        yield "http://" + proxy.stdout.readline().split()[-1]
    finally:
        if proxy is not None:
            proxy.terminate()
            proxy.communicate(timeout=20)
        home.mk("cluster", "delete")


def find_version(minor: int) -> str:
    """Return the kubectl of a minor version, which stands beside the one on PATH. Skips where there is none."""
    newest = find_kubectl()
    found = Path(newest).with_name(f"kubectl.1.{minor}") if newest else Path()
    if not found.is_file():
        pytest.skip(f"no kubectl 1.{minor} beside the one on PATH")
    return str(found)


@pytest.fixture(params=MINORS, ids=lambda minor: f"1.{minor}")
def run(request: pytest.FixtureRequest, address: str, tmp_path: Path) -> Run:
    """Run a command line of one version."""
    program, name = find_version(request.param), f"of-{request.param}"
    texts = {
        "manifest": MANIFEST.format(name=name, image="nginx"),
        "changed": MANIFEST.format(name=name, image="other"),
        "unknown": UNKNOWN_FIELD.format(name=name),
    }
    for file, text in texts.items():
        (tmp_path / file).write_text(text)
    words = {"name": name, **{file: str(tmp_path / file) for file in texts}}
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none"), "LC_ALL": "C.UTF-8"}

    def run_line(line: str) -> tuple[int, str]:
        command = [program, "-s", address, *line.format(**words).split()]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, (done.stdout + done.stderr).replace(name, "{name}")

    return run_line


def test_a_day_of_work(run: Run) -> None:
    for line, code, shown in COMMANDS:
        outcome = run(line)
        assert outcome[0] == code, (line, outcome)
        assert shown in outcome[1], (line, outcome)
