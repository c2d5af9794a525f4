"""uncordon: marks nodes as schedulable."""

from __future__ import annotations

from functools import partial

from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.drain.cordon import NODE_FLAGS, mark_chosen

EXAMPLES = """
  # the node may take pods again
  mk uncordon minikube-m02
"""

VERB = Verb(
    "uncordon",
    "Send pods to a node again",
    partial(mark_chosen, unschedulable=False),
    NODE_FLAGS,
    "NODE",
    "The scheduler may put pods on the node again.",
    EXAMPLES,
)
