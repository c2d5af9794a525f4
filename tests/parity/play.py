"""Plays recorded transcripts against this program: `python -m tests.parity.play [FOLDER or FILE...] [-q] [-j N]`.

api, get, workloads and cluster play on three nodes whose pods only go through their phases; kubelet on one node with real processes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TRANSCRIPTS = HERE / "transcripts"
ROOT = HERE.parent.parent
FAKE = ["--nodes", "3", "--cpus", "4", "--memory", "8Gi", "--runtime", "fake"]
REAL = ["--nodes", "1"]


def find_transcripts(names: list[str]) -> list[Path]:
    """Return the transcript files that names (folders, files, or parts of a file's name) stand for; all where none are given."""
    everything = sorted(TRANSCRIPTS.glob("*/*.txt"))
    if not names:
        return everything
    return [path for path in everything if any(n in (path.parent.name, path.stem) or path.match(n) for n in names)]


def command_for(files: list[Path], flags: list[str], jobs: int, quiet: bool) -> list[str]:
    """Return the player's command line for transcripts of one kind of cluster."""
    mk = f"{sys.executable} -m minikube_py.cmd.mk"
    up = " ".join(["sh", str(HERE / "up.sh"), sys.executable, *flags])
    down = f"sh {HERE / 'down.sh'} {sys.executable}"
    command = [sys.executable, str(HERE / "player.py"), "run", "--kubectl", mk, "--up", up, "--down", down, "-j", str(jobs)]
    return [*command, *(["-q"] if quiet else []), *map(str, files)]


def main() -> int:
    """Play, print what differs, and return 0 if nothing does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("-q", "--quiet", action="store_true")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    options = parser.parse_args()
    files = find_transcripts(options.names)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    codes = []
    for flags, chosen in (
        (FAKE, [f for f in files if f.parent.name != "kubelet"]),
        (REAL, [f for f in files if f.parent.name == "kubelet"]),
    ):
        if chosen:
            codes.append(
                subprocess.run(command_for(chosen, flags, options.jobs, options.quiet), env=env, check=False).returncode
            )
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
