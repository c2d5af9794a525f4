"""create secret generic: from files, folders, literal values or env files."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from minikube_py.cli_runtime import generators, key_sources
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import Create
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
    flag("from-file", kind="slice", help="File, KEY=FILE or folder to take contents from"),
    flag("from-literal", kind="array", help="KEY=VALUE to take as it is"),
    flag("from-env-file", kind="slice", help="File of lines KEY=VALUE"),
    flag("type", help="Type of the secret; Opaque where none is given"),
    APPEND_HASH_FLAG,
)


class Options(NamedTuple):
    """What to create."""

    create: Create
    files: list[str]
    literals: list[str]
    env_files: list[str]
    type: str
    append_hash: bool


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    create = generators.complete_create(flags, factory)
    return Options(
        create, flags["from-file"], flags["from-literal"], flags["from-env-file"], flags["type"], flags["append-hash"]
    )


def validate(options: Options) -> None:
    """Refuse sources that do not go together."""
    generators.require_name(options.create)
    if options.env_files and (options.files or options.literals):
        raise CliError("from-env-file cannot be combined with from-file or from-literal")


def run(flags: Parsed, factory: Factory) -> None:
    """Create the secret."""
    options = complete(flags, factory)
    validate(options)
    pairs = chain(
        key_sources.read_literals(options.literals),
        key_sources.read_files(options.files),
        key_sources.read_env_files(options.env_files, "secret"),
    )
    secret = make_secret(options.create, options.type, pairs, append_hash=options.append_hash)
    generators.create_object(options.create, factory, SECRETS, secret, FAILURE)


VERB = Verb(
    "generic",
    "Make a Secret of literals, files or folders",
    run,
    FLAGS,
    "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
    "Creates a Secret of keys and values.",
    EXAMPLES,
)
