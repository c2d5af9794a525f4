"""certificate approve: lets requests be signed."""

from __future__ import annotations

from functools import partial

from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.certificates import DECISION_FLAGS, Decision, decide_all

EXAMPLES = """
  # one request by its name, and those of a file
  mk certificate approve ann
  mk certificate approve -f requests.yaml
"""

APPROVED = Decision("Approved", "Denied", "KubectlApprove", "This CSR was approved by kubectl certificate approve.")

VERB = Verb(
    "approve",
    "Let certificates be signed",
    partial(decide_all, decision=APPROVED),
    DECISION_FLAGS,
    "(-f FILENAME | NAME)",
    "A signer then issues the certificate. Look first at what the request asks for: whoever holds it is that user.",
    EXAMPLES,
)
