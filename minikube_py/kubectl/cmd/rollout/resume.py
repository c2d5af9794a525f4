"""rollout resume: lets a paused deployment go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.restarter import resume
from minikube_py.kubectl.polymorphic.rollout_changes import CHANGE_FLAGS, Change, change_all

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # go on with what was held
  mk rollout resume deployment/web
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Resume what was chosen."""
    change_all(flags, factory, Change(resume, "resumed", "already resumed"))


VERB = Verb(
    "resume",
    "Go on with what was paused",
    run,
    CHANGE_FLAGS,
    "RESOURCE",
    "A resumed deployment rolls out what has changed while it was paused.",
    EXAMPLES,
)
