"""A real kubectl and ours look at the same cluster, the real one through `mk proxy`: tables, descriptions, formats and errors."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.homes import Home
from tests.oracle.conftest import find_kubectl, read_lines, tidy
from tests.parity.player import normalise

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parent
STATE = HERE / "state.yaml"
TYPES = (HERE / "types.txt").read_text().split()
MAPS = ("configmaps", "secrets", "namespaces", "limits")  # what is in them is described in the order of a Go map
LOOKS_AT_WHAT_MOVES = 3
LOOKS = [
    *(f"get {name} -A -o wide" for name in TYPES),
    *(f"{'~' * (name in MAPS)}describe {name}" for name in TYPES if name not in ("all", "hpa.v1.autoscaling")),
    *read_lines("looks.txt"),
    *read_lines("words.txt"),
]


class Pair:
    """The cluster, and both ways to look at it."""

    def __init__(self, home: Home, program: str, address: str, folder: Path) -> None:
        self._home, self._program, self._address, self._folder = home, program, address, folder

    def ask(self, words: str) -> tuple[list[str], list[str]]:
        """Return what the real kubectl and ours print, with the exit code, normalised as the transcripts are."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self._folder), "KUBECONFIG": str(self._folder / "none"), "TZ": "UTC"}
        env |= {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        real = f"{self._program} -s {self._address} {words}"
        mine = {**self._home.env, **env, "KUBECONFIG": str(self._home.kubeconfig)}
        both = self._start(real, env), self._start(f"{sys.executable} -m minikube_py.cmd.mk {words}", mine)
        theirs, ours = (self._finish(process) for process in both)
        return [line.replace("kubectl.1.33", "kubectl") for line in theirs], ours

    def _start(self, line: str, env: dict[str, str]) -> subprocess.Popen[str]:
        pipes: Any = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(["sh", "-c", line], env=env, cwd=self._folder, text=True, **pipes)

    def _finish(self, process: subprocess.Popen[str]) -> list[str]:
        with process:
            stdout, stderr = process.communicate(timeout=60)
        errors = [f"2> {text}" for text in normalise(tidy(stderr), [])]
        shown = normalise(stdout, [])
        if "Usage:" in (line.strip().removeprefix("2> ") for line in [*shown, *errors]):  # a help page: its words are our own
            shown, errors = ["HELP"], [line for line in errors if line.lower().startswith("2> error")]
        return [*shown, *errors, *([f"[exit {process.returncode}]"] if process.returncode else [])]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A cluster in which nothing moves any more, and a proxy to it."""
    program = find_kubectl()
    if program is None:
        pytest.skip("no kubectl 1.33 on PATH")
    folder = tmp_path_factory.mktemp("oracle")
    home = Home(folder / "home")
    assert home.mk("start", "--runtime", "fake").code == 0
    proxy = None
    try:
        applied = home.mk("apply", "-f", str(STATE))
        assert applied.code == 0, applied.stderr
        assert home.mk("wait", "--for=condition=Complete", "job/once", "--timeout=20s").code == 0
        assert home.mk("rollout", "status", "deploy/web", "--timeout=20s").code == 0
        proxy = home.popen("proxy", "--port=0")
        assert proxy.stdout is not None
        address = "http://" + proxy.stdout.readline().split()[-1]
        yield Pair(home, program, address, folder)
    finally:
        if proxy is not None:
            proxy.terminate()
            proxy.communicate(timeout=20)
        home.mk("cluster", "delete")


@pytest.mark.parametrize("words", LOOKS)
def test_same(pair: Pair, words: str) -> None:
    """A `~` before the words: the lines stand in no certain order.

    Events are counted and grow older between the two looks, which moves columns: what differs is looked at again.
    """
    for _ in range(LOOKS_AT_WHAT_MOVES):
        theirs, ours = pair.ask(words.removeprefix("~"))
        if words.startswith("~"):
            theirs, ours = sorted(theirs), sorted(ours)
        if ours == theirs:
            break
    assert ours == theirs
