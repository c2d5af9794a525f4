"""completion: prints a shell's script."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import UsageError, Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # for this bash, and for all to come
  source <(mk completion bash)
  echo 'source <(mk completion bash)' >> ~/.bashrc

  # for fish
  mk completion fish | source
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Print the script."""
    from minikube_py.kubectl.completion.scripts import SCRIPTS

    if not flags.args:
        raise UsageError("Shell not specified.")
    if len(flags.args) > 1:
        raise UsageError("Too many arguments. Expected only the shell type.")
    shell = flags.args[0]
    if shell not in SCRIPTS:
        raise UsageError(f'Unsupported shell type "{shell}".')
    program = f"{shlex.quote(sys.executable)} -P -m minikube_py.cmd.mk"
    factory.write(SCRIPTS[shell].replace("PROGRAM", f"& {program}" if shell == "powershell" else program))


VERB = Verb(
    "completion",
    "Print a script that lets a shell complete commands",
    run,
    usage="SHELL",
    long="Prints a script that completes verbs, flags, types and names of objects, for mk and kubectl.",
    examples=EXAMPLES,
)
