"""logs: prints what containers wrote, once or as they go on writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import NotFound
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.resource_builder import get_named
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.client.resources import PODS
from minikube_py.client.streams import LogRequest
from minikube_py.kubectl.podcmd import CONTAINER_FLAG, timeout_flag
from minikube_py.kubectl.polymorphic.attachable_pod import selector_for_object
from minikube_py.kubectl.polymorphic.logs_for_object import Choice, logs_for_object

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.kubectl.new_pods import NewPods

Object = dict[str, Any]

EXAMPLES = """
  # what the pod web wrote, and the last 20 lines of it
  mk logs web
  mk logs web --tail=20

  # go on as it writes
  mk logs -f deploy/web

  # of the run before the last restart; of one container
  mk logs -p web
  mk logs web -c setup

  # of all pods that have the label app=web, each line with the pod's name
  mk logs -l app=web --prefix

  # the same as they write, with the pods that come meanwhile
  mk logs -f -l app=web --prefix
"""

SELECTOR_TAIL = 10

FLAGS = (
    flag("all-containers", default=False, help="The logs of all containers of the pods"),
    flag("all-pods", default=False, help="The logs of all pods of a workload; each line then has a prefix"),
    CONTAINER_FLAG,
    flag("follow", "f", False, "Go on with what comes"),
    flag("ignore-errors", default=False, help="Tell of a log that cannot be had and go on with the others"),
    flag("insecure-skip-tls-verify-backend", default=False, no_effect="no kubelet is reached over TLS"),
    flag("limit-bytes", default=0, help="At most this many bytes of a log; 0 for all"),
    flag("max-log-requests", default=5, help="Follow at most this many logs at once"),
    timeout_flag(20.0),
    flag("prefix", default=False, help="Begin each line with its pod and container"),
    flag("previous", "p", False, "The log of the run before the present one"),
    flag("selector", "l", help="Of the pods that have these labels"),
    flag("since", kind="duration", default=0.0, help="Only what was written in the last 5s, 2m or 3h"),
    flag("since-time", help="Only what was written since this time (RFC3339)"),
    flag("tail", default=-1, help="Only this many lines from the end; -1 for all, with a selector 10 where not said"),
    flag("timestamps", default=False, help="Begin each line with its time"),
)

RFC3339 = (
    ("2006", r"\d{4}"), ("-", "-"), ("01", r"\d\d"), ("-", "-"), ("02", r"\d\d"), ("T", "T"), ("15", r"\d\d"), (":", ":"),
    ("04", r"\d\d"), (":", ":"), ("05", r"\d\d([.,]\d+)?"), ("Z07:00", r"(Z|[+-]\d\d:\d\d)"),
)  # fmt: skip

USAGE = "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]"


class Options(NamedTuple):
    """Whose logs, and what of them. `request` is the same for all; its container is filled in for each."""

    flags: Parsed
    object: Object
    choice: Choice
    request: LogRequest
    prefix: bool


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options, and find the object. Raises UsageError, CliError, StatusError."""
    args = flags.args
    if len(args) > 2 or not (args or flags["selector"]):
        raise UsageError(f"expected '{USAGE}'.\nPOD or TYPE/NAME is a required argument for the logs command")
    if len(args) == 1 and flags["selector"]:
        raise UsageError("only a selector (-l) or a POD name is allowed")
    if flags["pod-running-timeout"] <= 0:
        raise CliError("--pod-running-timeout must be higher than zero")
    request = make_request(flags, factory.clock.now())
    container = args[1] if len(args) == 2 else flags["container"]
    choice = Choice(container, flags["all-containers"], flags["all-pods"], flags["pod-running-timeout"])
    return Options(flags, find_object(flags, factory), choice, request, flags["prefix"] or flags["all-pods"])


def make_request(flags: Parsed, now: float) -> LogRequest:
    """Return what of each log is wanted."""
    tail = flags["tail"] if flags["tail"] != -1 else None
    if flags["selector"] and not flags.changed("tail"):
        tail = SELECTOR_TAIL
    since = parse_time(flags["since-time"]) if flags["since-time"] else None
    if flags["since"]:
        since = now - round(flags["since"])
    limit = flags["limit-bytes"] or None
    return LogRequest("", flags["follow"], flags["previous"], tail, since, flags["timestamps"], limit)


def find_object(flags: Parsed, factory: Factory) -> Object:
    """Return the pod or workload that was named, or the pods of the selector."""
    if flags["selector"]:
        pods = factory.client().list(PODS, factory.namespace, flags["selector"])
        if not pods["items"]:
            factory.warn(f"No resources found in {factory.namespace} namespace.")
        return {**pods, "kind": "PodList"}
    try:
        return get_named(factory, flags.args[:1]).object or {}
    except NotFound as error:
        raise CliError(f'error from server (NotFound): {error.message} in namespace "{factory.namespace}"') from None


def parse_time(text: str) -> float:
    """Return the seconds of an RFC 3339 time. Raises CliError with the words of Go's time.Parse."""
    import re

    from minikube_py.component_base.clock import parse_rfc3339

    rest = text
    for element, pattern in RFC3339:
        match = re.match(pattern, rest)
        if match is None:
            raise CliError(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse "{rest}" as "{element}"')
        rest = rest[match.end() :]
    try:
        return parse_rfc3339(text)
    except ValueError:
        problem = f"extra text: {rest!r}".replace("'", '"') if rest else "out of range"
        raise CliError(f'parsing time "{text}": {problem}') from None


def validate(options: Options) -> None:
    """Refuse combinations that mean nothing."""
    flags = options.flags
    if flags["since-time"] and flags["since"]:
        raise CliError("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if flags["all-containers"] and options.choice.container:
        raise CliError(f"--all-containers=true should not be specified with container name {options.choice.container}")
    if flags.changed("container") and len(flags.args) == 2:
        raise CliError("only one of -c or an inline [CONTAINER] arg is allowed")
    if flags["limit-bytes"] < 0:
        raise CliError("--limit-bytes must be greater than 0")
    if flags["since"] < 0:
        raise CliError("--since must be greater than 0")
    if flags["tail"] < -1:
        raise CliError("--tail must be greater than or equal to -1")


def run(flags: Parsed, factory: Factory) -> int:
    """Print the logs."""
    from minikube_py.kubectl.log_printer import LogPrinter, Manner

    options = complete(flags, factory)
    validate(options)
    sources = logs_for_object(factory, options.object, options.choice)
    follow, most = options.request.follow, flags["max-log-requests"]
    if follow and len(sources) > max(most, 1):
        raise CliError(
            f"you are attempting to follow {len(sources)} log streams, but maximum allowed concurrency is {most}, "
            "use --max-log-requests to increase the limit"
        )
    new_pods = find_new_pods(options, factory) if follow else None
    told = new_pods is not None and factory.streams.stdout.isatty()  # on a terminal one wants to see whose line it is
    manner = Manner(options.request, options.prefix or told, told and factory.colour, flags["ignore-errors"], most)
    printer = LogPrinter(factory, manner)
    if follow and (len(sources) > 1 or new_pods is not None):
        printer.print_together(sources, new_pods)
    else:
        printer.print_in_turn(sources)
    return 0


def find_new_pods(options: Options, factory: Factory) -> NewPods | None:
    """Return what finds pods that come later: of a selector, or of a workload all of whose pods are followed."""
    from minikube_py.kubectl.new_pods import NewPods

    obj, selector = options.object, options.flags["selector"]
    if selector:
        return NewPods(factory, factory.namespace, selector, options.choice) if obj["items"] else None
    if options.choice.all_pods and obj["kind"] != "Pod":
        return NewPods(factory, obj["metadata"]["namespace"], str(selector_for_object(obj)), options.choice)
    return None


VERB = Verb(
    "logs",
    "Show what containers wrote",
    run,
    FLAGS,
    "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [flags]",
    "Prints what a container wrote to stdout and stderr. Without -c it is the pod's first container; of a workload, that of one pod.",
    EXAMPLES,
)
