"""rollout resume: lets a paused deployment go on."""

from __future__ import annotations

from functools import partial

from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.restarter import resume
from minikube_py.kubectl.polymorphic.rollout_changes import CHANGE_FLAGS, Change, change_all

EXAMPLES = """
  # go on with what was held
  mk rollout resume deployment/web
"""

VERB = Verb(
    "resume",
    "Go on with what was paused",
    partial(change_all, change=Change(resume, "resumed", "already resumed")),
    CHANGE_FLAGS,
    "RESOURCE",
    "A resumed deployment rolls out what has changed while it was paused.",
    EXAMPLES,
)
