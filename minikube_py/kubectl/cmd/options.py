"""options: the flags that every command takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which flags every command takes
  mk options
"""


def run(flags: Parsed, factory: Factory) -> int:
    """Print them."""
    from minikube_py.cli_runtime.help_pages import show_options

    show_options()
    return 0


VERB = Verb(
    "options",
    "List the flags that all commands have",
    run,
    (),
    "",
    "Prints the flags every command takes.",
    EXAMPLES,
)
