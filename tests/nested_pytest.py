"""Runs tests of others' libraries in a pytest of their own: what these leave open, and warn of, is not a matter of the tests here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECONDS = 240


def run_nested(folder: Path, *files: str) -> subprocess.CompletedProcess[str]:
    """Run the test files of a folder as somebody would who has this package installed."""
    options = ["-p", "minikube_py.testing.plugin", "-p", "no:cacheprovider", "-q", "--rootdir", str(folder), "--confcutdir"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *options,
            str(folder),
            "-c",
            os.devnull,
            *(str(folder / file) for file in files or ("",)),
        ],
        env={name: value for name, value in env.items() if not name.startswith(("PYTEST", "KUBE"))},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
