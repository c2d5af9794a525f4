"""The cluster's own life: start, stop, status, delete, nodes, profiles, shims.

`mk minikube VERB` and the `minikube` shim lead here, so that tutorials which type `minikube start` run word for word.
"""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

_VERBS = ("start", "stop", "status", "delete", "node")

VERB = Verb(
    "minikube",
    "What the minikube command does, for tutorials that use it",
    subcommands=tuple((name, f"minikube_py.minikube.{name}") for name in _VERBS),
)
