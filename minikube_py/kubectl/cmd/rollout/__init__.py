"""rollout: follows, stops, repeats and undoes the rollout of a workload's pod template."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # back to the version before
  mk rollout undo deployment/web

  # until the new version is up
  mk rollout status deployment/web

  # replace all pods by new ones
  mk rollout restart deployment/web
"""

_VERBS = ("history", "pause", "restart", "resume", "status", "undo")

VERB = Verb(
    "rollout",
    "Follow, hold, repeat or take back rollouts",
    usage="SUBCOMMAND",
    long="Follows and changes the rollout of deployments, daemon sets and stateful sets.",
    examples=EXAMPLES,
    subcommands=tuple((name, f"{__name__}.{name}") for name in _VERBS),
    bare_help="stdout",
)
