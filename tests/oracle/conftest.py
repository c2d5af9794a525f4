"""Runs a real kubectl and ours on the same files."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.kubectl.cmd.conftest import Kubectl, Outcome, cluster, kubectl
from tests.oracle.find_kubectl import find_kubectl

NO_SERVER = "http://127.0.0.1:1"
__all__ = ["cluster", "find_kubectl", "kubectl"]  # the first and the last are fixtures


Both = Callable[..., tuple[Outcome, Outcome]]
_LOG = re.compile(r"^E\d{4} .*\n", re.M)
_POINTER = re.compile(r":0x[0-9a-f]+")


def hide_help(outcome: Outcome) -> Outcome:
    """Leave of a help page only that it is one: its words are our own."""
    return outcome._replace(stdout="HELP") if "\nUsage:\n" in outcome.stdout else outcome


def tidy(text: str) -> str:
    """Leave out what a build or a run of kubectl makes different: where Go keeps things, its log, the paths of its source."""
    text = _LOG.sub("", _POINTER.sub("", text)).replace(".real", "")
    return text.replace('scheme "pkg/scheme/', 'scheme "k8s.io/kubectl/pkg/scheme/')


@pytest.fixture
def both(kubectl: Kubectl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Both:
    """Run words with the real kubectl, without a server, and with ours; return both outcomes."""
    program = find_kubectl()
    if program is None:
        pytest.skip("no kubectl 1.33 on PATH")
    home = tmp_path / "real"
    home.mkdir()
    shutil.copy(os.environ["KUBECONFIG"], os.environ["KUBECONFIG"] + ".real")

    def run(words: str | Sequence[str], stdin: str = "") -> tuple[Outcome, Outcome]:
        given = shlex.split(words) if isinstance(words, str) else list(words)
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        env["KUBECONFIG"] = os.environ["KUBECONFIG"] + ".real" if given[:1] == ["config"] else str(home / "none")
        pipes: Any = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        with subprocess.Popen([program, *given], env=env, **pipes) as process:
            ours = kubectl(given, stdin)  # while the other one starts
            out, err = process.communicate(stdin.encode(), timeout=60)
        theirs = Outcome(tidy(out.decode()), tidy(err.decode()), process.returncode)
        return hide_help(theirs), hide_help(ours)

    return run


def read_lines(name: str) -> list[str]:
    """Return the lines of a table beside this file; those that begin with # are comments."""
    lines = (Path(__file__).parent / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]
