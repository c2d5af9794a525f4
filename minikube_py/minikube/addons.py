"""addons: what minikube's add-ons would bring and whether this cluster has it."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # what is there?
  minikube addons list
"""

VERB = Verb(
    "addons",
    "Tell which add-ons are built in",
    subcommands=(
        ("list", "minikube_py.minikube.addons_list"),
        ("enable", "minikube_py.minikube.addons_enable"),
    ),
    examples=EXAMPLES,
)
