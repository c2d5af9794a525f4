"""certificate: approves and denies certificate signing requests."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

EXAMPLES = """
  # let the request of ann be signed
  mk certificate approve ann
"""

VERB = Verb(
    "certificate",
    "Decide on requests for certificates",
    usage="SUBCOMMAND",
    long="Decides about certificate signing requests.",
    examples=EXAMPLES,
    subcommands=tuple((name, f"{__name__}.{name}") for name in ("approve", "deny")),
    bare_help="asked",
)
