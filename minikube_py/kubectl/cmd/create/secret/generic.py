"""create secret generic: from files, folders, literal values or env files."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators, key_sources
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.secrets import APPEND_HASH_FLAG, FAILURE, make_secret
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import SECRETS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # a user and a password
  mk create secret generic login --from-literal=user=joe --from-literal=password=s3cret

  # the files of a folder, and a login for registries as Docker keeps it
  mk create secret generic keys --from-file=keys/
  mk create secret generic regcred --from-file=.dockerconfigjson=config.json --type=kubernetes.io/dockerconfigjson
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    *key_sources.SOURCE_FLAGS,
    flag("type", help="Type of the secret; Opaque where none is given"),
    APPEND_HASH_FLAG,
)


def run(flags: Parsed, factory: Factory) -> None:
    """Create the secret."""
    create = generators.complete_create(flags, factory)
    generators.require_name(create)
    key_sources.check_sources(flags)
    pairs = chain(
        key_sources.read_literals(flags["from-literal"]),
        key_sources.read_files(flags["from-file"]),
        key_sources.read_env_files(flags["from-env-file"], "secret"),
    )
    secret = make_secret(create, flags["type"], pairs, append_hash=flags["append-hash"])
    generators.create_object(create, factory, SECRETS, secret, FAILURE)


VERB = Verb(
    "generic",
    "Make a Secret of literals, files or folders",
    run,
    FLAGS,
    "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
    "Creates a Secret of keys and values.",
    EXAMPLES,
)
