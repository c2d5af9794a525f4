"""top: shows what nodes and pods use of cpu and memory."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # what nodes use
  mk top node

  # which pods use most
  mk top pod -A --sort-by=cpu

  # each container of a pod
  mk top pod web --containers
"""

VERB = Verb(
    "top",
    "Show how much cpu and memory is used",
    usage="SUBCOMMAND",
    long="Shows cpu and memory of nodes and pods, as they were measured in the last seconds.",
    examples=EXAMPLES,
    subcommands=(("node|nodes|no", f"{__name__}.node"), ("pod|pods|po", f"{__name__}.pod")),
)
