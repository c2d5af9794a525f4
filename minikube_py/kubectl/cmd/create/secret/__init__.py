"""create secret: a verb for each type of secret."""

from __future__ import annotations

from minikube_py.cli_runtime.verb import Verb

_MODULE = "minikube_py.kubectl.cmd.create.secret"

EXAMPLES = """
  # a password, given to pods as a file or a variable
  mk create secret generic db --from-literal=password=s3cret

  # a certificate and its key
  mk create secret tls web --cert=tls.crt --key=tls.key
"""

VERB = Verb(
    "secret",
    "Make a Secret of one of its kinds",
    usage="(docker-registry | generic | tls)",
    long="Creates a Secret. A docker-registry secret logs in to an image registry, a tls secret holds a certificate and "
    "its key, a generic one holds anything.",
    subcommands=(
        ("docker-registry", f"{_MODULE}.docker_registry"),
        ("generic", f"{_MODULE}.generic"),
        ("tls", f"{_MODULE}.tls"),
    ),
    examples=EXAMPLES,
)
