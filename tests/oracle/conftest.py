"""Finds a real kubectl of the version that we are, and runs both on the same files."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.kubectl.cmd.conftest import Kubectl, Outcome, cluster, kubectl

VERSION = (1, 33)
NO_SERVER = "http://127.0.0.1:1"
__all__ = ["cluster", "kubectl"]  # fixtures


@cache
def find_kubectl() -> str | None:
    """Return the path of a kubectl of our version: what PATH finds, or one beside it that has the version in its name."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        found = shutil.which("kubectl", path=folder)
        if found is None:
            continue
        real = Path(found).resolve()
        for candidate in (real.with_name(f"kubectl.{VERSION[0]}.{VERSION[1]}"), real):
            if candidate.is_file() and read_version(str(candidate)) == VERSION:
                return str(candidate)
    return None


def read_version(program: str) -> tuple[int, int] | None:
    """Return the version that a kubectl says it is, None if it is none or if it is our own shim."""
    command = [program, "version", "--client", "-o", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
        client = json.loads(done.stdout)["clientVersion"]
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired):
        return None
    if "minikube_py" in client.get("gitVersion", "") or "buildDate" not in client:
        return None
    return int(client["major"]), int(re.sub(r"\D", "", client["minor"]))


Both = Callable[..., tuple[Outcome, Outcome]]


@pytest.fixture
def both(kubectl: Kubectl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Both:
    """Run words with the real kubectl, without a server, and with ours; return both outcomes."""
    program = find_kubectl()
    if program is None:
        pytest.skip("no kubectl 1.33 on PATH")
    home = tmp_path / "real"
    home.mkdir()

    def run(words: str | Sequence[str], stdin: str = "") -> tuple[Outcome, Outcome]:
        given = shlex.split(words) if isinstance(words, str) else list(words)
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        env["KUBECONFIG"] = os.environ["KUBECONFIG"] + ".real" if given[:1] == ["config"] else str(home / "none")
        done = subprocess.run([program, *given], input=stdin.encode(), capture_output=True, env=env, check=False, timeout=60)
        theirs = Outcome(done.stdout.decode(), done.stderr.decode().replace(".real", ""), done.returncode)
        return theirs, kubectl(given, stdin)

    return run
