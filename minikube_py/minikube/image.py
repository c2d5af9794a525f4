"""image: the images that the nodes have."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # which images are there?
  minikube image ls
"""

VERB = Verb(
    "image",
    "List images",
    subcommands=(("ls|list", "minikube_py.minikube.image_ls"), ("load", "minikube_py.minikube.image_load")),
    examples=EXAMPLES,
)
