"""certificate deny: keeps requests from being signed."""

from __future__ import annotations

from functools import partial

from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.certificates import DECISION_FLAGS, Decision, decide_all

EXAMPLES = """
  # no certificate for ann
  mk certificate deny ann
"""

DENIED = Decision("Denied", "Approved", "KubectlDeny", "This CSR was denied by kubectl certificate deny.")

VERB = Verb(
    "deny",
    "Refuse to have certificates signed",
    partial(decide_all, decision=DENIED),
    DECISION_FLAGS,
    "(-f FILENAME | NAME)",
    "A request that is denied is never signed.",
    EXAMPLES,
)
