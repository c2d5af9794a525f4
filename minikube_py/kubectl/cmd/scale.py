"""scale: how many pods a workload has."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import Conflict
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import require_flags
from minikube_py.cli_runtime.recording import RECORD_FLAG, make_cause_patch
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import raise_all
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import MERGE_PATCH

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.printers.managed_fields import Printer

Object = dict[str, Any]
ATTEMPTS = 5

EXAMPLES = """
  # three pods
  mk scale deployment web --replicas=3

  # only if there are two now
  mk scale deployment/web --current-replicas=2 --replicas=3

  # several at once, waiting until the pods are there
  mk scale deployment/web deployment/cache --replicas=2 --timeout=1m
"""

FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    DRY_RUN_FLAG,
    flag("replicas", default=0, help="How many pods there shall be"),
    flag("current-replicas", default=-1, help="Only while there are this many; -1 is any"),
    flag("resource-version", help="Only while the object is at this version"),
    flag("all", default=False, help="All objects of the types, in the namespace"),
    flag("selector", "l", help="Only what has these labels"),
    flag("timeout", kind="duration", default=0.0, help="Wait this long for the pods; 0 does not wait"),
    RECORD_FLAG,
)


class Options(NamedTuple):
    """How to scale."""

    flags: Parsed
    dry_run: str
    replicas: int
    current: int
    version: str
    printer: Printer


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags into options."""
    require_flags(flags, "replicas")
    dry_run = get_dry_run(flags, factory)
    printer = make_result_printer(flags, "scaled", dry_run)
    return Options(flags, dry_run, flags["replicas"], flags["current-replicas"], flags["resource-version"], printer)


def validate(options: Options) -> None:
    """Refuse numbers that are none."""
    if options.replicas < 0:
        raise CliError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    if options.current < -1:
        raise CliError("The --current-replicas must specify an integer of -1 or greater")


def run(flags: Parsed, factory: Factory) -> None:
    """Scale what was chosen. An object that is not there does not keep the others from being scaled."""
    options = complete(flags, factory)
    validate(options)
    found = list(visit_selected(factory, flags, flags.args, Want(every=flags["all"])))
    infos = [info for info in found if isinstance(info, Info)]
    problems = [error for error in found if isinstance(error, Exception)]
    if options.version and len(infos) > 1:
        raise CliError("cannot use --resource-version with multiple resources")
    if not infos:
        told = ", ".join(str(problem) for problem in problems)
        raise CliError(f"no objects passed to scale {f'[{told}]' if len(problems) > 1 else told}".rstrip())
    writer = Writer(factory, "kubectl", options.dry_run)
    for info in infos:
        if options.dry_run != "client":
            scale(writer, info, options)
            if cause := make_cause_patch(flags, info.object or {}):
                writer.patch(info, cause, MERGE_PATCH)
            if flags["timeout"] and options.dry_run == "none":
                wait_for_replicas(factory, info, options)
        options.printer.print_obj(info.object or {}, factory.streams.stdout)  # as it was read, before it was scaled
    raise_all(problems)


def scale(writer: Writer, info: Info, options: Options) -> None:
    """Set the number of pods, blindly where no precondition was given. Raises CliError, StatusError."""
    if options.current == -1 and not options.version:
        writer.patch(info, {"spec": {"replicas": options.replicas}}, MERGE_PATCH, "scale")
        return
    for attempt in range(1, ATTEMPTS + 1):
        current = writer.get(info, "scale")
        check_precondition(current, options)
        try:
            writer.replace(info, {**current, "spec": {"replicas": options.replicas}}, "scale")
            return
        except Conflict:
            if attempt == ATTEMPTS:
                raise


def check_precondition(current: Object, options: Options) -> None:
    """Raise CliError where the scale is not as it was expected to be."""
    replicas, version = current["spec"].get("replicas", 0), current["metadata"].get("resourceVersion", "")
    if options.current not in (-1, replicas):
        raise CliError(f"Expected replicas to be {options.current}, was {replicas}")
    if options.version and version != options.version:
        raise CliError(f"Expected resource version to be {options.version}, was {version}")


def wait_for_replicas(factory: Factory, info: Info, options: Options) -> None:
    """Wait until there are as many pods as asked for, or somebody else asks for another number. Raises CliError."""
    client = factory.client()
    deadline = factory.clock.now() + options.flags["timeout"]
    while True:
        current = client.get(info.resource.resource, info.name, info.namespace)
        if _has_replicas(current, options.replicas):
            return
        left = deadline - factory.clock.now()
        if left <= 0:
            raise CliError(f'timed out waiting for "{info.name}" to be synced')
        version, where = current["metadata"]["resourceVersion"], f"metadata.name={info.name}"
        resource, namespace = info.resource.resource, info.namespace
        watch = client.watch(resource, namespace, timeout=left, resourceVersion=version, fieldSelector=where)
        with closing(watch) as events:  # type: ignore[type-var]
            next((event for event in events if _has_replicas(event.object, options.replicas)), None)


def _has_replicas(obj: Object, wanted: int) -> bool:
    asked = (obj.get("spec") or {}).get("replicas", 1)
    return bool(asked != wanted or (obj.get("status") or {}).get("replicas", 0) == wanted)


VERB = Verb(
    "scale",
    "Change how many pods a workload has",
    run,
    FLAGS,
    "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
    "Sets how many pods a Deployment, ReplicaSet, StatefulSet or ReplicationController has.",
    EXAMPLES,
)
