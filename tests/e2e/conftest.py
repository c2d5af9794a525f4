"""A real cluster with real processes, one for each module of tests, driven as a user does: by command lines."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


class Outcome(NamedTuple):
    """What a command printed and its exit code."""

    stdout: str
    stderr: str
    code: int


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
