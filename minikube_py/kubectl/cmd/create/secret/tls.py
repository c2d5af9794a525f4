"""create secret tls: a certificate and the key that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import Create
from minikube_py.cli_runtime.secrets import APPEND_HASH_FLAG, FAILURE, make_secret
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import SECRETS
from minikube_py.component_base.os_errors import tell_os_error

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # a certificate and its key, both PEM
  mk create secret tls site --cert=site.crt --key=site.key
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    flag("cert", help="File of the certificate, PEM"),
    flag("key", help="File of the private key, PEM"),
    APPEND_HASH_FLAG,
)


class Options(NamedTuple):
    """What to create."""

    create: Create
    cert: str
    key: str
    append_hash: bool


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    return Options(generators.complete_create(flags, factory), flags["cert"], flags["key"], flags["append-hash"])


def validate(options: Options) -> None:
    """Both files must be named."""
    if not options.cert or not options.key:
        raise CliError("key and cert must be specified")


def run(flags: Parsed, factory: Factory) -> None:
    """Create the secret."""
    options = complete(flags, factory)
    validate(options)
    cert, key = _read(options.cert), _read(options.key)
    check_key_pair(cert, key)
    pairs = [("tls.crt", cert), ("tls.key", key)]
    secret = make_secret(options.create, "kubernetes.io/tls", pairs, append_hash=options.append_hash)
    generators.create_object(options.create, factory, SECRETS, secret, FAILURE)


def _read(name: str) -> bytes:
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise CliError(f"Cannot read file {name}, open {name}: {tell_os_error(error)}") from error


def check_key_pair(cert: bytes, key: bytes) -> None:
    """Raise CliError, in the words of Go's crypto/tls, where the key is not the certificate's."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    _check_pem(cert, key)
    try:
        certificate = x509.load_pem_x509_certificate(cert)
    except ValueError as error:
        raise CliError(f"x509: malformed certificate: {error}") from error
    try:
        private = load_pem_private_key(key, None)
    except (ValueError, TypeError) as error:
        raise CliError("tls: failed to parse private key") from error
    public = certificate.public_key()
    if type(public).__name__.removesuffix("PublicKey") != type(private).__name__.removesuffix("PrivateKey"):
        raise CliError("tls: private key type does not match public key type")
    if public != private.public_key():
        raise CliError("tls: private key does not match public key")


def _check_pem(cert: bytes, key: bytes) -> None:
    certs, keys = _find_blocks(cert), _find_blocks(key)
    if not certs:
        raise CliError("tls: failed to find any PEM data in certificate input")
    if "CERTIFICATE" not in certs:
        if len(certs) == 1 and certs[0].endswith("PRIVATE KEY"):
            raise CliError(
                "tls: failed to find certificate PEM data in certificate input, but did find a private key; "
                "PEM inputs may have been switched"
            )
        skipped = " ".join(certs)
        raise CliError(
            'tls: failed to find "CERTIFICATE" PEM block in certificate input '
            f"after skipping PEM blocks of the following types: [{skipped}]"
        )
    if not keys:
        raise CliError("tls: failed to find any PEM data in key input")
    if not any(name.endswith("PRIVATE KEY") for name in keys):
        if keys == ["CERTIFICATE"]:
            raise CliError("tls: found a certificate rather than a key in the PEM for the private key")
        raise CliError(
            'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input '
            f"after skipping PEM blocks of the following types: [{' '.join(keys)}]"
        )


def _find_blocks(data: bytes) -> list[str]:
    import re

    return [name.decode() for name in re.findall(rb"^-----BEGIN ([A-Z0-9 ]+)-----", data, re.MULTILINE)]


VERB = Verb(
    "tls",
    "Keep a certificate with its key",
    run,
    FLAGS,
    "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
    "Creates a Secret of a certificate and its private key.",
    EXAMPLES,
)
