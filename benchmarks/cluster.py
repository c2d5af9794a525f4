"""A cluster for one benchmark: in a temporary folder, and gone afterwards with everything that ran in it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from minikube_py.client.resources import DEPLOYMENTS
from minikube_py.client.rest import Client
from minikube_py.cmd.wiring import connect_local

Object = dict[str, Any]
MK = (sys.executable, "-c", "from minikube_py.cmd.mk import console; console()")  # what the installed script does
PATIENCE = 120.0  # seconds after which a benchmark gives up


class Cluster:
    """Runs mk against a cluster in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.directory = folder / "home" / "minikube"
        self.environment = {
            **os.environ,
            "MINIKUBE_PY_HOME": str(folder / "home"),
            "KUBECONFIG": str(folder / "kubeconfig"),
            "PYTHONPATH": os.pathsep.join(p or os.getcwd() for p in sys.path),
        }
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed mk is compiled

    def command(self, *words: str) -> list[str]:
        """Return the command line of `mk words`."""
        return [*MK, *words]

    def mk(self, *words: str) -> str:
        """Run mk and return what it printed. Raises CalledProcessError."""
        return subprocess.run(self.command(*words), env=self.environment, check=True, capture_output=True, text=True).stdout

    def write(self, name: str, text: str) -> str:
        """Keep a manifest in the folder; return its path."""
        path = self.folder / name
        path.write_text(text)
        return str(path)

    @contextmanager
    def client(self) -> Iterator[Client]:
        """Open the cluster in this process."""
        connection = connect_local(str(self.directory / "state.db"))
        try:
            yield Client(connection.transport, "benchmark")
        finally:
            connection.close()

    def daemon(self) -> int:
        """Return the daemon's process id."""
        return int((self.directory / "daemon.pid").read_text())


@contextmanager
def new_folder() -> Iterator[Cluster]:
    """Give a folder where a cluster can be started; whatever was started is ended."""
    with tempfile.TemporaryDirectory(prefix="mk-bench-") as folder:
        cluster = Cluster(Path(folder))
        try:
            yield cluster
        finally:
            subprocess.run(cluster.command("cluster", "delete"), env=cluster.environment, check=False, capture_output=True)


@contextmanager
def started(runtime: str, nodes: int = 1) -> Iterator[Cluster]:
    """Give a running cluster."""
    with new_folder() as cluster:
        cluster.mk("start", "--runtime", runtime, "--nodes", str(nodes))
        yield cluster


def make_deployment(replicas: int, image: str = "nginx") -> Object:
    """Return a Deployment called web."""
    labels = {"app": "web"}
    containers = [{"name": "web", "image": image}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
    }


def run_deployment(client: Client, replicas: int) -> None:
    """Create a Deployment and wait until all its pods are Ready."""
    created = client.create(DEPLOYMENTS, make_deployment(replicas), "default")
    wait_for(client, created, lambda web: (web.get("status") or {}).get("readyReplicas") == replicas)


def wait_for(client: Client, deployment: Object, is_done: Callable[[Object], bool]) -> None:
    """Watch a Deployment until it is as wanted. Raises TimeoutError."""
    version = deployment["metadata"]["resourceVersion"]
    for event in client.watch(DEPLOYMENTS, "default", timeout=PATIENCE, resourceVersion=version):
        if is_done(event.object):
            return
    raise TimeoutError(f"the deployment did not come to its end within {PATIENCE:.0f} s")
