"""logs: what the cluster's own processes wrote, for finding out what is wrong with it."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.minikube.profile import require_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # the last lines
  minikube logs

  # everything, in a file
  minikube logs --length=100000 --file=logs.txt
"""

FLAGS = (
    PROFILE_FLAG,
    flag("length", "n", 60, "How many lines of each log"),
    flag("file", help="Write into this file"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Print the end of each log."""
    if flags["length"] < 0:
        raise CliError(f"invalid --length {flags['length']}: it must not be less than 0")
    folder = require_profile(flags["profile"]).directory / "logs"
    text = "".join(f"==> {path.name} <==\n{read_end(path, flags['length'])}\n" for path in sorted(folder.glob("*.log")))
    if flags["file"]:
        Path(flags["file"]).write_text(text)
    else:
        factory.write(text)


def read_end(path: Path, count: int) -> str:
    """Return the last lines of a file."""
    with open(path, errors="replace") as file:
        return "".join(deque(file, maxlen=count))


VERB = Verb(
    "logs", "Print the cluster's own logs", run, FLAGS, "[flags]", "Prints what the cluster's processes wrote.", EXAMPLES
)
