"""node: adds, lists and deletes nodes of a running cluster."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # one node more
  mk node add

  # what nodes there are, and one less
  mk node list
  mk node delete minikube-m02
"""

VERB = Verb(
    "node",
    "Add, list or delete nodes",
    subcommands=(
        ("add", "minikube_py.minikube.node_add"),
        ("list", "minikube_py.minikube.node_list"),
        ("delete", "minikube_py.minikube.node_delete"),
    ),
    examples=EXAMPLES,
)
