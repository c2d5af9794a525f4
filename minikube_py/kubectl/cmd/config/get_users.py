"""config get-users: the users of the kubeconfig."""

from __future__ import annotations

from functools import partial

from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.config_entries import print_names

EXAMPLES = """
  # which users are there?
  mk config get-users
"""

VERB = Verb(
    "get-users",
    "List the users of the kubeconfig",
    partial(print_names, section="users"),
    (),
    "[flags]",
    "Prints the names of the users.",
    EXAMPLES,
)
