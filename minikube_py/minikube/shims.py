"""shims: the commands `kubectl` and `minikube` as small scripts on PATH, so that tutorials run word for word."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.kubeconfig import home

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # for this shell: kubectl and minikube lead to mk
  eval "$(mk shims)"
"""

COMMANDS = {"kubectl": "", "minikube": "minikube "}


def run(flags: Parsed, factory: Factory) -> int:
    """Write the scripts and print the line that puts them on PATH."""
    folder = Path(flags["directory"]) if flags["directory"] else home() / "shims"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    program = f"{shlex.quote(sys.executable)} -P -m minikube_py.cmd.mk"
    for name, group in COMMANDS.items():
        temporary = folder / f".{name}.{os.getpid()}"
        temporary.write_text(f'#!/bin/sh\nexec {program} {group}"$@"\n')
        temporary.chmod(0o700)
        temporary.replace(folder / name)
    factory.write(f"export PATH={shlex.quote(str(folder))}:$PATH\n")
    return 0


FLAGS = (flag("directory", "d", help="Write them into this folder"),)

VERB = Verb(
    "shims",
    "Give the commands kubectl and minikube",
    run,
    FLAGS,
    "[flags]",
    "Prints what puts kubectl and minikube on PATH.",
    EXAMPLES,
)
