"""config get-clusters: the clusters of the kubeconfig."""

from __future__ import annotations

from functools import partial

from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.config_entries import print_names

EXAMPLES = """
  # which clusters are there?
  mk config get-clusters
"""

VERB = Verb(
    "get-clusters",
    "List the clusters of the kubeconfig",
    partial(print_names, section="clusters"),
    (),
    "[flags]",
    "Prints the names of the clusters.",
    EXAMPLES,
)
