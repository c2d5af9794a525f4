"""What the documents show is what a reader gets: every ```console block is typed into a shell and its output compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = ("README.md", "docs/walkthrough.md")
SECONDS = 90
CHANGING = (  # what differs from run to run, and what stands for it
    (r"\b\d+(?:\.\d+)?(?:ms|s)\b|\b\d+m\d*s?\b", "<age>"),
    (r"\b(?:10|127)\.\d+\.\d+\.\d+\b", "<ip>"),
    (r"-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b", "-<pod>"),
    (r" {2,}", "  "),
)


class Step(NamedTuple):
    """A command of a document and the output that it shows."""

    command: str
    output: list[str]


def read_steps(document: str) -> list[Step]:
    """Return the commands of all console blocks that are not marked `<!-- not run -->`."""
    steps: list[Step] = []
    text = (ROOT / document).read_text()
    for mark, block in re.findall(r"(<!-- not run -->\n)?```console\n(.*?)```", text, flags=re.DOTALL):
        for line in [] if mark else block.splitlines():
            if line.startswith("$ "):
                steps.append(Step(line[2:], []))
            else:
                steps[-1].output.append(line)
    return steps


def normalise(lines: list[str]) -> list[str]:
    """Take out what changes; lines that tell how far a rollout is come as often as they like, pods in any order."""
    kept = []
    for line in lines:
        for pattern, stands in CHANGING:
            line = re.sub(pattern, stands, line)
        if not line.startswith("Waiting for deployment"):
            kept.append(line.rstrip())
    return sorted(kept)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with `mk` on PATH and homes of its own; its cluster is deleted at the end."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "mk").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m minikube_py.cmd.mk "$@"\n')
    (programs / "mk").chmod(0o755)
    env = {
        "HOME": str(tmp_path),
        "MINIKUBE_PY_HOME": str(tmp_path / "clusters"),
        "KUBECONFIG": str(tmp_path / "kubeconfig"),
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
    }
    yield env
    subprocess.run([str(programs / "mk"), "cluster", "delete"], env=env, capture_output=True, check=True, timeout=SECONDS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document(document: str, shell: dict[str, str]) -> None:
    marker = "--- end of step"
    steps = read_steps(document)
    assert steps
    script = "\n".join(f"{step.command}\necho '{marker}'" for step in steps)
    run = subprocess.run(
        ["bash", "-c", script],
        env=shell,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    outputs = [part.strip("\n").splitlines() for part in run.stdout.split(marker + "\n")]
    for step, output in zip(steps, outputs, strict=False):
        assert normalise(output) == normalise(step.output), (step.command, run.stderr)
    assert len(outputs) == len(steps) + 1, run.stderr
