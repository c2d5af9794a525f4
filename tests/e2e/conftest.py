"""Clusters with real processes, in folders of their own: `cluster` for a module, `slow` for what takes its time, `machine` for streams."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.shell import Outcome, Shell

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MANIFESTS = ROOT / "manifests" / "walkthroughs"
SECONDS = 60
REAL_KUBECTL = os.environ.get(
    "REAL_KUBECTL"
)  # the path of one, which then takes the place of the shim: `make walkthroughs-kubectl`

SLOW = (
    "kubectl create deployment --image hello-world hello-world",
    "kubectl apply -f liveness-http.yaml",
    "kubectl apply -f job-fails.yaml",
    "kubectl apply -f stress.yaml",
    "kubectl apply -f jobs.yaml",
    "kubectl create namespace busy",
    "kubectl apply -n busy -f autoscaled.yaml",
    "kubectl autoscale -n busy deployment ticking --cpu-percent=50 --min=1 --max=3",
    "kubectl apply -f probes.yaml",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: it starts a daemon and real processes."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


def new_shell(folder: Path) -> Shell:
    """Return a shell with the shims first on its PATH and a home of its own; no cluster runs yet."""
    work, binaries, home = folder / "work", folder / "bin", folder / "home"
    shutil.copytree(MANIFESTS, work)
    for made in (binaries, home):
        made.mkdir()
    mk = binaries / "mk"
    mk.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m minikube_py.cmd.mk "$@"\n')
    mk.chmod(0o700)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MINIKUBE", "KUBE", "PYTEST"))}
    env = {
        **kept,
        "HOME": str(home),
        "NO_COLOR": "1",
        "KUBECONFIG": str(folder / "kubeconfig"),
        "MINIKUBE_PY_HOME": str(folder / "clusters"),
        "PYTHONPATH": str(ROOT),
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
    }
    shims = subprocess.run([str(mk), "shims"], env=env, capture_output=True, text=True, check=True).stdout
    line = f'{shims}printf %s "$PATH"'
    path = subprocess.run(["sh", "-c", line], env=env, capture_output=True, text=True, check=True).stdout
    if REAL_KUBECTL:
        real = folder / "real"
        real.mkdir()
        (real / "kubectl").symlink_to(REAL_KUBECTL)
        path = f"{real}{os.pathsep}{path}"
    return Shell(work, {**env, "PATH": path})


@contextmanager
def running_cluster(folder: Path, options: str = "") -> Iterator[Shell]:
    """Start a cluster, give a shell to it, and delete it at the end."""
    shell = new_shell(folder)
    try:
        shell.out(f"minikube start {options}".strip())
        yield shell
    finally:
        shell.out("minikube delete")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A fresh cluster for the walk-through of one module."""
    with running_cluster(tmp_path_factory.mktemp("cluster")) as shell:
        yield shell


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A cluster where all that takes its time was begun at once, to be looked at when it is due. `told` has the answers."""
    with running_cluster(tmp_path_factory.mktemp("slow")) as shell:
        for command in SLOW:
            shell.out(command)
        yield shell


class Machine:
    """A home of its own, in which `mk` runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        own = {"MINIKUBE_PY_HOME": str(folder / "home"), "KUBECONFIG": str(folder / "kubeconfig"), "PYTHONPATH": str(ROOT)}
        self.env: Mapping[str, str] = {**os.environ, **own}

    def command(self, words: Sequence[str]) -> list[str]:
        """Return the command line of `mk`."""
        return [sys.executable, "-m", "minikube_py.cmd.mk", *words]

    def mk(self, *words: str, stdin: str = "") -> Outcome:
        """Run a command to its end."""
        done = subprocess.run(
            self.command(words),
            input=stdin,
            capture_output=True,
            text=True,
            env=self.env,
            cwd=self.folder,
            timeout=SECONDS,
            check=False,
        )
        return Outcome(done.stdout, done.stderr, done.returncode)

    def start_mk(self, *words: str) -> subprocess.Popen[str]:
        """Start a command; the caller ends it. Python's own reading ahead is off, so that lines come as they are written."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            self.command(words), stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=self.env, cwd=self.folder
        )


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which a cluster runs pods as processes; it is deleted afterwards with all that runs."""
    made = Machine(tmp_path_factory.mktemp("e2e"))
    started = made.mk("start", "--runtime", "process")
    assert started.code == 0, started
    try:
        yield made
    finally:
        made.mk("cluster", "delete")
