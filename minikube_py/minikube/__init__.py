"""The cluster's own life: start, stop, status, delete, nodes, profiles, shims.

`mk minikube VERB` and the `minikube` shim lead here, so that tutorials which type `minikube start` run word for word.
`minikube kubectl -- ARGS` is taken apart before: see cmd.mk.
"""

from __future__ import annotations

from minikube_py.cli_runtime.flags import flag
from minikube_py.cli_runtime.verb import Verb

_VERBS = (
    "addons",
    "delete",
    "image",
    "ip",
    "logs",
    "node",
    "service",
    "start",
    "status",
    "stop",
    "tunnel",
    "version",
)

EXAMPLES = """
  # a cluster, as tutorials make one
  mk minikube start

  # the address of a service of type NodePort
  mk minikube service web --url
"""

VERB = Verb(
    "minikube",
    "What the minikube command does, for tutorials that use it",
    flags=(flag("profile", "p", "minikube", "Name of the cluster"),),
    subcommands=(
        *((name, f"{__name__}.{name}") for name in _VERBS),
        ("profile", f"{__name__}.profile_verb"),
    ),
    examples=EXAMPLES,
)
