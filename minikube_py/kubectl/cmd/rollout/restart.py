"""rollout restart: replaces all pods of a workload, as a rollout does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.restarter import restart
from minikube_py.kubectl.polymorphic.rollout_changes import CHANGE_FLAGS, Change, change_all

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # all pods anew
  mk rollout restart deployment/web
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Stamp the pod templates of what was chosen."""
    now = factory.cluster_clock.now()
    change_all(flags, factory, Change(lambda info: restart(info, now), "restarted"))


VERB = Verb(
    "restart",
    "Replace a workload's pods with new ones, bit by bit",
    run,
    CHANGE_FLAGS,
    "RESOURCE",
    "Stamps the pod template, so that the workload replaces its pods as in any rollout.",
    EXAMPLES,
)
