"""Helm, where it is on PATH: a chart is installed, upgraded, rolled back and uninstalled; what fails is undone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from minikube_py.testing import Cluster

HELM = shutil.which("helm")
pytestmark = pytest.mark.skipif(HELM is None, reason="there is no helm on PATH")
SECONDS = 120
CHART = {
    "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
    "values.yaml": "replicas: 1\nport: 80\n",
    "templates/service.yaml": """\
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: {{ .Values.port }}}]}
""",
    "templates/deployment.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: main, image: nginx}]}
""",
}
Helm = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def helm(kubeconfig: Path, tmp_path: Path) -> Helm:
    chart = tmp_path / "shop"
    for name, text in CHART.items():
        (chart / name).parent.mkdir(parents=True, exist_ok=True)
        (chart / name).write_text(text)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "HOME": str(tmp_path)}
        return subprocess.run([str(HELM), *words], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS)

    return run


def test_a_chart_comes_changes_and_goes(cluster: Cluster, helm: Helm) -> None:
    for words in (
        ("install", "web", "./shop", "--wait"),
        ("upgrade", "web", "./shop", "--set", "replicas=3", "--wait"),
        ("rollback", "web", "1", "--wait"),
    ):
        done = helm(*words)
        assert done.returncode == 0, done.stderr
    assert cluster.get("deployment/web")["status"]["readyReplicas"] == 1
    history = json.loads(helm("history", "web", "-o", "json").stdout)
    assert [(one["revision"], one["status"]) for one in history] == [(1, "superseded"), (2, "superseded"), (3, "deployed")]
    assert helm("uninstall", "web", "--wait").returncode == 0
    assert [found["metadata"]["name"] for found in cluster.list("services", "default")] == ["kubernetes"]


def test_what_the_api_refuses_fails(cluster: Cluster, helm: Helm) -> None:
    assert helm("install", "web", "./shop").returncode == 0
    done = helm("upgrade", "web", "./shop", "--set", "port=99999")
    assert done.returncode == 1
    assert "spec.ports[0].port: Invalid value: 99999: must be between 1 and 65535" in done.stderr
    assert cluster.get("service/web")["spec"]["ports"][0]["port"] == 80
