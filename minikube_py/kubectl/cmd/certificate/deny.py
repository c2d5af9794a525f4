"""certificate deny: keeps requests from being signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.certificates import DECISION_FLAGS, Decision, decide_all

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # no certificate for ann
  mk certificate deny ann
"""

DENIED = Decision("Denied", "Approved", "KubectlDeny", "This CSR was denied by kubectl certificate deny.")


def run(flags: Parsed, factory: Factory) -> None:
    """Deny the requests."""
    decide_all(flags, factory, DENIED)


VERB = Verb(
    "deny",
    "Refuse to have certificates signed",
    run,
    DECISION_FLAGS,
    "(-f FILENAME | NAME)",
    "A request that is denied is never signed.",
    EXAMPLES,
)
