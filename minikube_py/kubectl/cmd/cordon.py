"""cordon: marks nodes as unschedulable."""

from __future__ import annotations

from functools import partial

from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.drain.cordon import NODE_FLAGS, mark_chosen

EXAMPLES = """
  # no new pods on this node
  mk cordon minikube-m02
"""

VERB = Verb(
    "cordon",
    "Send no new pods to a node",
    partial(mark_chosen, unschedulable=True),
    NODE_FLAGS,
    "NODE",
    "The scheduler puts no new pods on a node that is cordoned; those that run there go on.",
    EXAMPLES,
)
