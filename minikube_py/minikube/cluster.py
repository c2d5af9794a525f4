"""cluster: deletes and lists clusters."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # what clusters there are
  mk cluster list

  # end one and remove everything of it
  mk cluster delete -p demo
"""

VERB = Verb(
    "cluster",
    "Delete and list clusters",
    subcommands=(("delete", "minikube_py.minikube.delete"), ("list", "minikube_py.minikube.cluster_list")),
    examples=EXAMPLES,
)
