"""Finds real kubectls: the one of the version that we are, and older ones beside it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

VERSION = (1, 33)


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


def list_minors() -> list[int]:
    """Return the minor versions of all kubectls that stand beside the one of our version, by their names, and its own."""
    newest = find_kubectl()
    if newest is None:
        return []
    beside = Path(newest).parent.glob(f"kubectl.{VERSION[0]}.*")
    return sorted({VERSION[1], *(int(path.suffix[1:]) for path in beside if path.suffix[1:].isdecimal())})


def find_minor(minor: int) -> str | None:
    """Return the kubectl 1.minor that stands beside the one of our version, by its name."""
    newest = find_kubectl()
    if minor == VERSION[1]:
        return newest
    found = Path(newest).with_name(f"kubectl.{VERSION[0]}.{minor}") if newest else Path()
    return str(found) if found.is_file() else None
