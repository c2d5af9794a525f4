"""Plays recorded transcripts against this program: `python -m tests.parity.play [FOLDER or FILE...] [-q] [-j N] [--client WHICH]`.

Who plays is `mk`, or a real kubectl of our version: then it is the API over https that answers, and what kubectl makes of it that is compared.

api, get, workloads and cluster play on three nodes whose pods only go through their phases; kubelet on one node with real processes.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from tests.oracle.find_kubectl import find_kubectl
from tests.parity.differences import format_row
from tests.parity.player import Transcript, play

HERE = Path(__file__).parent
TRANSCRIPTS = HERE / "transcripts"
ROOT = HERE.parent.parent
FAKE = ("--nodes", "3", "--cpus", "4", "--memory", "8Gi", "--runtime", "fake")
REAL = ("--nodes", "1")
MK, KUBECTL = CLIENTS = ("mk", "kubectl")


class Step(NamedTuple):
    """A command that was played: the first line of it, what Kubernetes answered and what we did."""

    command: str
    quiet: bool
    wanted: list[str]
    got: list[str]

    @property
    def differs(self) -> bool:
        """Whether the answers are not the same. One that only waits is asked for by those after it."""
        return self.got != self.wanted

    def show(self) -> str:
        """Return the command and what differs in its answers."""
        lines = difflib.unified_diff(self.wanted, self.got, "kubernetes", "here", lineterm="", n=2)
        return "\n".join([f"$ {self.command}", *("    " + line for line in list(lines)[2:])])


def find_transcripts(names: list[str]) -> list[Path]:
    """Return the transcript files that names (folders, files, or parts of a file's name) stand for; all where none are given."""
    everything = sorted(TRANSCRIPTS.glob("*/*.txt"))
    if not names:
        return everything
    return [
        path
        for path in everything
        if any(n in (path.parent.name, path.stem) or path.match(n) or fnmatch(path.stem, n) for n in names)
    ]


def find_client(client: str) -> tuple[str, str]:
    """Return the command that plays, and one that must have been run for it. Raises LookupError where there is no kubectl of our version."""
    if client == MK:
        return f"env PYTHONPATH={ROOT} {sys.executable} -m minikube_py.cmd.mk", "true"
    found = find_kubectl()
    if found is None:
        raise LookupError("no kubectl 1.33 on PATH, nor beside the one that is")
    link = '"$PARITY_DIR/real/kubectl"'  # kubectl's name is also that of the manager of the fields it writes
    return link, f'mkdir "$PARITY_DIR/real" && ln -s {found} {link}'


def play_one(path: Path, until: float = 60, client: str = MK) -> list[Step]:
    """Play a transcript on a cluster of its own. `until` is how many seconds a waiting line may take."""
    flags = REAL if path.parent.name == "kubelet" else FAKE
    command, preparation = find_client(client)
    how = argparse.Namespace(
        kubectl=command,
        up=f"{preparation} && env PYTHONPATH={ROOT} sh {HERE / 'up.sh'} {sys.executable} {' '.join(flags)}",
        down=f"env PYTHONPATH={ROOT} sh {HERE / 'down.sh'} {sys.executable}",
        until=until,
    )
    steps = []
    for step, got in play(Transcript.parse(path), how):
        while got and not got[-1]:
            got.pop()
        steps.append(Step(step.cmd.splitlines()[0], step.quiet, [] if step.quiet else step.expected, got))
    return steps


def report(path: Path, steps: Iterable[Step], *, quiet: bool, rows: bool) -> tuple[int, int]:
    """Print how a transcript went; return how many commands it has and how many differ."""
    name = f"{path.parent.name}/{path.stem}"
    compared = [step for step in steps if not step.quiet]
    different = [step for step in steps if step.differs]
    print(f"{len(compared) - sum(s.differs for s in compared)}/{len(compared)}  {name}")
    for step in different:
        if rows:
            print(format_row(name, step.command, "?"))
        elif not quiet:
            print(f"{name}: {step.show()}")
    sys.stdout.flush()
    return len(compared), sum(step.differs for step in compared)


def main() -> int:
    """Play, print what differs, and return 0 if nothing does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("-q", "--quiet", action="store_true", help="one line a transcript")
    parser.add_argument("--rows", action="store_true", help="print what differs as rows of docs/differences.md")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--client", choices=CLIENTS, default=MK, help="who plays")
    parser.add_argument("--until", type=float, default=60, help="seconds a waiting line may take")
    options = parser.parse_args()
    files = find_transcripts(options.names)
    os.environ.pop("PYTHONPATH", None)
    total = bad = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for path, steps in zip(files, pool.map(lambda f: play_one(f, options.until, options.client), files), strict=True):
            count, different = report(path, steps, quiet=options.quiet, rows=options.rows)
            total, bad = total + count, bad + different
    print(f"{total - bad} of {total} commands as Kubernetes answers them, in {len(files)} transcripts")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
