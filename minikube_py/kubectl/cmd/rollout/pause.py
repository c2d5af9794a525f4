"""rollout pause: holds a deployment, so that changes of it are not rolled out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.restarter import pause
from minikube_py.kubectl.polymorphic.rollout_changes import CHANGE_FLAGS, Change, change_all

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # hold the deployment, change it several times, roll out once
  mk rollout pause deployment/web
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Pause what was chosen."""
    change_all(flags, factory, Change(pause, "paused", "already paused"))


VERB = Verb(
    "pause",
    "Hold a rollout until it is resumed",
    run,
    CHANGE_FLAGS,
    "RESOURCE",
    "A paused deployment is not reconciled: changes of its pod template wait until it is resumed.",
    EXAMPLES,
)
