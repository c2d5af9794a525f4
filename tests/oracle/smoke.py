"""Plays smoke.txt with real kubectls, each on a cluster of its own with real processes: `python -m tests.oracle.smoke [MINOR...]`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.e2e.homes import Home
from tests.oracle.find_kubectl import find_minor, list_minors

LIST = Path(__file__).parent / "smoke.txt"
MINORS = (27, 30, 33)  # that are played with every run of the tests
SECONDS = 90
TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


class Step(NamedTuple):
    """A command, the pieces that must be in what it prints, and how it ends. `short` is played by everybody always."""

    command: str
    short: bool
    pieces: tuple[str, ...] = ()
    code: int = 0
    since: int = 0


class Smoke(NamedTuple):
    """The list and the files that its commands read."""

    steps: list[Step]
    files: Mapping[str, str]


def read_list() -> Smoke:
    """Return what smoke.txt says."""
    steps: list[Step] = []
    files: dict[str, str] = {}
    name = ""
    for line in LIST.read_text().splitlines():
        if found := re.fullmatch(r"-- (\S+) --", line):
            name = found[1]
            files[name] = ""
        elif name:
            files[name] += line + "\n"
        elif line.startswith(("$ ", "~ ")):
            steps.append(Step(line[2:], line[0] == "~"))
        elif line and not line.startswith("#"):
            steps[-1] = _add(steps[-1], line)
    return Smoke(steps, files)


def _add(step: Step, line: str) -> Step:
    if found := re.fullmatch(r"\[exit (\d+)\]", line):
        return step._replace(code=int(found[1]))
    if found := re.fullmatch(r"\[since 1\.(\d+)\]", line):
        return step._replace(since=int(found[1]))
    return step._replace(pieces=(*step.pieces, line))


def choose(smoke: Smoke, minor: int, *, short: bool) -> list[Step]:
    """Return what a kubectl plays: all that it knows, or the short list of streams."""
    return [step for step in smoke.steps if step.since <= minor and (step.short or not short)]


class Player:
    """Runs steps in a folder, with a kubectl that has that name and a cluster of its own."""

    def __init__(self, folder: Path, program: str, smoke: Smoke) -> None:
        self.folder, self.home = folder / "work", Home(folder / "clusters")
        binaries = folder / "bin"
        for made in (self.folder, binaries, folder / "home"):
            made.mkdir()
        for name, text in smoke.files.items():
            (self.folder / name).write_text(text)
        (binaries / "kubectl").symlink_to(program)
        terminal = binaries / "terminal"
        terminal.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{TERMINAL}' \"$@\"\n")
        terminal.chmod(0o700)
        self._env = {
            **self.home.env,
            "HOME": str(folder / "home"),
            "LC_ALL": "C.UTF-8",
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        }

    def play(self, step: Step) -> str:
        """Run a step; return what is wrong with it, "" for nothing."""
        try:
            code, said = self._run(step.command)
        except subprocess.TimeoutExpired as error:
            code, said = 124, f"not within {SECONDS} seconds: {error.stdout!r}"
        missing = [piece for piece in step.pieces if piece not in said]
        if code == step.code and not missing:
            return ""
        return f"$ {step.command}\n{said}[exit {code}]\nwanted [exit {step.code}] and {missing}\n"

    def _run(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
        return done.returncode, done.stdout.decode(errors="replace")


@contextmanager
def running_player(program: str, smoke: Smoke) -> Iterator[Player]:
    """Start a cluster for a kubectl and delete it at the end."""
    with tempfile.TemporaryDirectory(prefix="smoke-") as folder:
        player = Player(Path(folder), program, smoke)
        try:
            player.home.do("start")
            yield player
        finally:
            player.home.clean_up()


def play_all(program: str, minor: int, *, short: bool) -> tuple[int, list[str]]:
    """Play the list; return how many steps it has, and what is wrong."""
    smoke = read_list()
    steps = choose(smoke, minor, short=short)
    with running_player(program, smoke) as player:
        return len(steps), [problem for problem in map(player.play, steps) if problem]


def main(words: list[str]) -> int:
    """Play with each version that is named, or all that are there, and print how it went."""
    failed = 0
    for minor in [int(word) for word in words] or list_minors():
        program = find_minor(minor)
        if program is None:
            print(f"1.{minor}: not there")
            continue
        count, problems = play_all(program, minor, short=False)
        failed += len(problems)
        print(*problems, f"1.{minor}: {count - len(problems)} of {count} commands", sep="\n", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
