"""delete: objects by name, by selector or by their manifests, waiting until they are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from minikube_py.apimachinery.errors import Forbidden, MethodNotAllowed, NotFound, StatusError
from minikube_py.cli_runtime.deletion import DELETION_FLAGS, WEEK, delete, parse_cascade, wait_until_gone
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.errors import CliError, add_source
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.name import complete_operation
from minikube_py.cli_runtime.progress import show_progress
from minikube_py.cli_runtime.raw_requests import check_raw, send_raw
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import visit
from minikube_py.cli_runtime.writer import Writer

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # one pod, two services, and what a file describes
  mk delete pod web
  mk delete service/web service/cache
  mk delete -f web.yaml

  # all pods with a label; everything of the kinds that `get all` shows
  mk delete pods -l app=web
  mk delete all --all

  # at once, though nobody tells that it has ended
  mk delete pod web --force
"""

FLAGS = (
    *FILENAME_FLAGS,
    *(f._replace(default=True) if f.name == "wait" else f for f in DELETION_FLAGS),
    DRY_RUN_FLAG,
    flag("all", default=False, help="All objects of the types, in the namespace"),
    flag("all-namespaces", "A", False, "Look in every namespace"),
    flag("selector", "l", help="Only what has these labels"),
    flag("field-selector", help="Only what has these fields"),
    flag("ignore-not-found", default=False, help="What is not there counts as deleted; so it does with --all and selectors"),
    flag("interactive", "i", False, "Ask before anything is deleted"),
    flag("now", default=False, help="Ask to end within a second"),
    flag("output", "o", help="name prints only TYPE/NAME"),
    flag("raw", help="Send DELETE to this path of the API"),
)


class Options(NamedTuple):
    """How to delete."""

    flags: Parsed
    policy: str
    grace_period: int
    ignore_not_found: bool
    dry_run: str


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags into options."""
    policy = parse_cascade(flags, factory)
    selecting = flags["all"] or flags["selector"] or flags["field-selector"]
    ignore = flags["ignore-not-found"] or bool(selecting and not flags.changed("ignore-not-found"))
    return Options(flags, policy, _complete_grace_period(flags), ignore, get_dry_run(flags, factory))


def _complete_grace_period(flags: Parsed) -> int:
    grace: int = flags["grace-period"]
    if flags["now"]:
        if grace != -1:
            raise CliError("--now and --grace-period cannot be specified together")
        return 1
    if grace == 0 and not flags["force"]:
        return 1
    return 0 if grace < 0 and flags["force"] else grace


def validate(options: Options, factory: Factory) -> None:
    """Refuse combinations that mean nothing, and warn of --force."""
    flags = options.flags
    if flags["output"] not in ("", "name"):
        raise CliError(f"unexpected -o output mode: {flags['output']}. We only support '-o name'")
    if flags["force"] and options.grace_period > 0:
        raise CliError("--force and --grace-period greater than 0 cannot be specified together")
    if flags["raw"]:
        if flags["interactive"]:
            raise CliError("--interactive can not be used with --raw")
        check_raw(flags, needs_file=False)
    if flags["force"]:
        factory.warn(
            "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. "
            "The resource may continue to run on the cluster indefinitely."
        )


def run(flags: Parsed, factory: Factory) -> None:
    """Delete what was chosen, then wait until it is gone."""
    options = complete(flags, factory)
    if flags["raw"]:
        validate(options, factory)
        send_raw(factory, "DELETE", flags["raw"], *flags["filename"])
        return
    infos = visit_selected(factory, flags, flags.args, Want(latest=False, objects=False))
    validate(options, factory)
    if options.ignore_not_found:
        infos = (info for info in infos if not isinstance(info, NotFound))
    if flags["interactive"]:
        chosen = list(infos)
        if not confirm(chosen, factory):
            return
        infos = iter(chosen)
    deleted: list[tuple[Info, str]] = []
    found = visit(factory, warn_of_cluster_scope(infos, options, factory), partial(delete_one, options, factory, deleted))
    if not found:
        factory.write("No resources found\n")
    elif flags["wait"] and options.dry_run == "none":
        wait(deleted, flags["timeout"] or WEEK, factory)


def warn_of_cluster_scope(infos: Iterator[Info | Exception], options: Options, factory: Factory) -> Iterator[Info | Exception]:
    """Pass the objects on; say once that one of them is outside of the namespace that was given."""
    told = not factory.explicit_namespace or options.flags["all-namespaces"]
    for info in infos:
        if not told and isinstance(info, Info) and not info.resource.namespaced:
            told = True
            factory.warn("Warning: deleting cluster-scoped resources, not scoped to the provided namespace")
        yield info


def delete_one(options: Options, factory: Factory, deleted: list[tuple[Info, str]], info: Info) -> Callable[[], None] | None:
    """Delete one object and note its uid; returns what tells of it. Raises StatusError."""
    uid = ""
    if options.dry_run != "client":
        writer = Writer(factory, "", options.dry_run)
        try:
            uid = delete(writer, info, options.policy, options.grace_period)
        except (StatusError, CliError) as error:
            if options.ignore_not_found and isinstance(error, NotFound):
                return None
            raise add_source(error, "deleting", info.source) from error
    deleted.append((info, uid))
    return partial(factory.write, format_line(info, options))


def format_line(info: Info, options: Options) -> str:
    """Return `pod "web" deleted`, or `pod/web` with -o name."""
    if options.flags["output"] == "name":
        return f"{info.label()}\n"
    operation = complete_operation("force deleted" if options.grace_period == 0 else "deleted", options.dry_run)
    return f'{info.resource.qualified_kind} "{info.name}" {operation}\n'


def confirm(infos: list[Info | Exception], factory: Factory) -> bool:
    """Show what is about to be deleted and ask."""
    labels = [info.label() for info in infos if isinstance(info, Info)]
    if not labels:
        if not infos:
            factory.write("No resources found\n")
        return bool(infos)
    factory.write(f"You are about to delete the following {len(labels)} resource(s):\n")
    factory.write("".join(f"{label}\n" for label in labels) + "Do you want to continue? (y/n): ")
    factory.streams.stdout.flush()
    if factory.streams.stdin.readline().strip().lower() == "y":
        return True
    factory.write("deletion is cancelled\n")
    return False


def wait(deleted: list[tuple[Info, str]], seconds: float, factory: Factory) -> None:
    """Wait until all are gone; who may not look need not wait. Raises CliError when the time is over."""
    deadline = factory.clock.now() + seconds
    factory.streams.stdout.flush()
    with show_progress(factory, "deleting", len(deleted)) as progress:
        for info, uid in deleted:
            progress.begin(info.label())
            try:
                wait_until_gone(factory, info, uid, deadline)
            except (Forbidden, MethodNotAllowed):
                return
            progress.advance()


VERB = Verb(
    "delete",
    "Delete objects by name, label or manifest",
    run,
    FLAGS,
    "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
    "Deletes objects and waits until they are gone. Pods get the time to end that they ask for, or that --grace-period gives them.",
    EXAMPLES,
)
