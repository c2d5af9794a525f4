"""auth: who you are, what you may do, and bringing roles to what a file says."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # may I delete pods here?
  mk auth can-i delete pods

  # who does the cluster think I am?
  mk auth whoami

  # roles and bindings as a file has them, keeping what they allow besides
  mk auth reconcile -f roles.yaml
"""

VERB = Verb(
    "auth",
    "Ask who may do what",
    usage="SUBCOMMAND",
    long="Asks the cluster about users and their rights.",
    examples=EXAMPLES,
    subcommands=tuple((name, f"{__name__}.{name.replace('-', '_')}") for name in ("can-i", "reconcile", "whoami")),
)
