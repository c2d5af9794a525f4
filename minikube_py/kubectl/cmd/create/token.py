"""create token: a token with which to act as a service account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_struct_printer
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.client.resources import SERVICE_ACCOUNTS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # a token of the service account robot, for an hour
  mk create token robot

  # one for ten minutes that another service checks
  mk create token robot --duration=10m --audience=vault

  # one that ends when the pod does
  mk create token robot --bound-object-kind=Pod --bound-object-name=web
"""

FLAGS = (
    *RESULT_FLAGS,
    flag("audience", kind="array", help="Who the token is for; may be repeated"),
    flag("duration", kind="duration", default=0.0, help="How long the token is good; the server may shorten it"),
    flag("bound-object-kind", help="Kind of the object that the token ends with: Node, Pod or Secret"),
    flag("bound-object-name", help="Name of that object"),
    flag("bound-object-uid", help="Uid of that object, where it must be just this one"),
)

BOUND_KINDS = ("Node", "Pod", "Secret")


class Options(NamedTuple):
    """Whose token to ask for, and which."""

    name: str
    audiences: list[str]
    seconds: float
    bound: tuple[str, str, str]  # kind, name, uid


def complete(flags: Parsed) -> Options:
    """Turn flags and arguments into options."""
    if len(flags.args) != 1:
        raise UsageError(f"exactly one NAME is required, got {len(flags.args)}")
    bound = flags["bound-object-kind"], flags["bound-object-name"], flags["bound-object-uid"]
    return Options(flags.args[0], flags["audience"], flags["duration"], bound)


def validate(options: Options) -> None:
    """Refuse what makes no sense before it is sent."""
    kind, name, uid = options.bound
    if not options.name:
        raise CliError("service account name is required")
    if options.seconds < 0:
        raise CliError("--duration must be greater than or equal to 0")
    if options.seconds % 1:
        raise CliError("--duration cannot be expressed in units less than seconds")
    if "" in options.audiences:
        raise CliError("--audience must not be an empty string")
    if not kind and name:
        raise CliError("--bound-object-name can only be set if --bound-object-kind is provided")
    if not kind and uid:
        raise CliError("--bound-object-uid can only be set if --bound-object-kind is provided")
    if kind and kind not in BOUND_KINDS:
        raise CliError(f"supported --bound-object-kind values are {', '.join(BOUND_KINDS)}")
    if kind and not name:
        raise CliError("--bound-object-name is required if --bound-object-kind is provided")


def run(flags: Parsed, factory: Factory) -> None:
    """Ask for the token and print it: alone, with a newline on terminals, or the whole answer with -o."""
    options = complete(flags)
    validate(options)
    printer = make_struct_printer(flags, "created")
    body = {**make_token_request(options), "metadata": {"name": options.name}}
    try:
        answer = factory.client().create(SERVICE_ACCOUNTS, body, factory.namespace, "token")
    except StatusError as error:
        raise CliError(f"failed to create token: {error.message}") from error
    token = (answer.get("status") or {}).get("token")
    if not token:
        raise CliError("failed to create token: no token in server response")
    if flags.changed("output"):
        printer.print_obj(answer, factory.streams.stdout)
    else:
        factory.write(token + "\n" * factory.streams.stdout.isatty())


def make_token_request(options: Options) -> Object:
    """Return the TokenRequest."""
    spec: Object = {"audiences": options.audiences or None}
    if options.seconds:
        spec["expirationSeconds"] = int(options.seconds)
    kind, name, uid = options.bound
    if kind:
        spec["boundObjectRef"] = {"kind": kind, "apiVersion": "v1", "name": name, **({"uid": uid} if uid else {})}
    return {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "spec": spec}


VERB = Verb(
    "token",
    "Get a token that proves to be a service account",
    run,
    FLAGS,
    "SERVICE_ACCOUNT_NAME",
    "Prints a new token of a service account.",
    EXAMPLES,
)
