"""create secret docker-registry: a login for an image registry."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from minikube_py.cli_runtime import generators, key_sources
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import Create
from minikube_py.cli_runtime.last_applied import encode_go
from minikube_py.cli_runtime.secrets import APPEND_HASH_FLAG, FAILURE, make_secret
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import SECRETS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # a login for a registry of one's own
  mk create secret docker-registry regcred --docker-server=reg.example.com:5000 --docker-username=joe --docker-password=s3cret

  # the logins that Docker keeps
  mk create secret docker-registry regcred --from-file=config.json
"""

KEY = ".dockerconfigjson"

FLAGS = (
    *generators.GENERATOR_FLAGS,
    flag("docker-username", help="User of the registry"),
    flag("docker-password", help="Password of the user"),
    flag("docker-email", help="Mail address of the user"),
    flag("docker-server", default="https://index.docker.io/v1/", help="Address of the registry"),
    flag("from-file", kind="slice", help="File in the form of Docker's config.json"),
    APPEND_HASH_FLAG,
)


class Options(NamedTuple):
    """What to create."""

    create: Create
    username: str
    password: str
    email: str
    server: str
    files: list[str]
    append_hash: bool


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    create = generators.complete_create(flags, factory)
    username, password, email, server = (flags[f"docker-{part}"] for part in ("username", "password", "email", "server"))
    files = [source if "=" in source else f"{KEY}={source}" for source in flags["from-file"]]
    return Options(create, username, password, email, server, files, flags["append-hash"])


def validate(options: Options) -> None:
    """A file, or a login that is complete."""
    generators.require_name(options.create)
    if not options.files and not (options.username and options.password and options.server):
        raise CliError(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required"
        )


def run(flags: Parsed, factory: Factory) -> None:
    """Create the secret."""
    options = complete(flags, factory)
    validate(options)
    secret = make_secret(options.create, "kubernetes.io/dockerconfigjson", read_pairs(options), append_hash=options.append_hash)
    generators.create_object(options.create, factory, SECRETS, secret, FAILURE)


def read_pairs(options: Options) -> Iterator[tuple[str, bytes]]:
    """Yield the files, or the login as Docker writes it."""
    if options.files:
        yield from key_sources.read_files(options.files)
        return
    login = {"username": options.username, "password": options.password, "email": options.email}
    login["auth"] = base64.b64encode(f"{options.username}:{options.password}".encode()).decode()
    entry = {key: value for key, value in login.items() if value}
    yield KEY, encode_go({"auths": {options.server: entry}}).encode()


VERB = Verb(
    "docker-registry",
    "Keep the login of an image registry",
    run,
    FLAGS,
    "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] "
    "[--from-file=[key=]source] [--dry-run=server|client|none]",
    "Creates a Secret with which images are pulled from a registry that wants a login; name it in a pod's imagePullSecrets.",
    EXAMPLES,
)
