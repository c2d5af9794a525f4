"""rollout pause: holds a deployment, so that changes of it are not rolled out."""

from __future__ import annotations

from functools import partial

from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.restarter import pause
from minikube_py.kubectl.polymorphic.rollout_changes import CHANGE_FLAGS, Change, change_all

EXAMPLES = """
  # hold the deployment, change it several times, roll out once
  mk rollout pause deployment/web
"""

VERB = Verb(
    "pause",
    "Hold a rollout until it is resumed",
    partial(change_all, change=Change(pause, "paused", "already paused")),
    CHANGE_FLAGS,
    "RESOURCE",
    "A paused deployment is not reconciled: changes of its pod template wait until it is resumed.",
    EXAMPLES,
)
