"""Small kustomizations with what kubectl 1.33 prints for them: one file of `cases/` a topic.

A case is `### name`, then files as `-- path --` and their lines, then `>>> stdout` and `>>> stderr` as recorded. The folder of
the case is written as <dir>. `python -m tests.cli_runtime.kustomize.casebook KUBECTL` records them anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

CASES = Path(__file__).parent / "cases"
ADDRESS = re.compile(r"0xc[0-9a-f]+")
LOG_LINE = re.compile(r"^I\d{4} [\d:.]+ +\d+ ", re.MULTILINE)


class Case(NamedTuple):
    """One kustomization, its files by path, and what is printed."""

    topic: str
    name: str
    files: dict[str, str]
    stdout: str
    stderr: str

    @property
    def folder(self) -> str:
        """The folder to build: `overlay` where there is one."""
        return "overlay" if any(path.startswith("overlay/") for path in self.files) else "."

    def write(self, folder: Path) -> None:
        """Write the files below a folder."""
        for path, text in self.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)


def read_cases() -> Iterator[Case]:
    """Yield all cases."""
    for file in sorted(CASES.glob("*.txt")):
        for part in re.split(r"^### ", file.read_text(), flags=re.MULTILINE)[1:]:
            name, _, body = part.partition("\n")
            body, _, outcome = body.partition(">>> stdout\n")
            stdout, _, stderr = outcome.partition(">>> stderr\n")
            pieces = re.split(r"^-- (\S+) --\n", body, flags=re.MULTILINE)
            yield Case(file.stem, name, dict(zip(pieces[1::2], pieces[2::2], strict=True)), stdout, stderr)


def run_in_folder(case: Case, folder: Path, run: Callable[[str], tuple[str, str]]) -> tuple[str, str]:
    """Return what `run` prints for a case that is written into a folder, paths normalized."""
    case.write(folder)
    before = os.getcwd()
    os.chdir(folder)
    try:
        stdout, stderr = run(case.folder)
    finally:
        os.chdir(before)
    return stdout.replace(str(folder), "<dir>"), _normalize(stderr.replace(str(folder), "<dir>"))


def _normalize(stderr: str) -> str:
    return LOG_LINE.sub("I<time> ", ADDRESS.sub("0xc<address>", stderr))


def run_kubectl(program: str, folder: str) -> tuple[str, str]:
    """Return what the real kubectl prints."""
    done = subprocess.run([program, "kustomize", folder], capture_output=True, text=True, check=False)
    return done.stdout, done.stderr


def record(program: str) -> None:
    """Write down anew what kubectl prints for each case."""
    topics: dict[str, list[str]] = {}
    for case in read_cases():
        with tempfile.TemporaryDirectory() as folder:
            stdout, stderr = run_in_folder(case, Path(folder).resolve(), lambda path: run_kubectl(program, path))
        files = "".join(f"-- {path} --\n{text}" for path, text in case.files.items())
        topics.setdefault(case.topic, []).append(f"### {case.name}\n{files}>>> stdout\n{stdout}>>> stderr\n{stderr}")
    for topic, cases in topics.items():
        (CASES / f"{topic}.txt").write_text("".join(case if case.endswith("\n") else case + "\n" for case in cases))


if __name__ == "__main__":
    record(sys.argv[1])
