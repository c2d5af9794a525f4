"""wait: returns when objects are as they should be: created, deleted, with a condition or a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import NotFound, StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.managed_fields import Printer
from minikube_py.cli_runtime.progress import show_progress
from minikube_py.cli_runtime.resource_builder import Info, select
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import raise_all
from minikube_py.kubectl.waiting import CREATED, DELETED, Condition, Waiter, parse_condition

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # until a pod is ready, at most a minute
  mk wait --for=condition=Ready pod/web --timeout=60s

  # until no pod with the label app=web is there any more
  mk wait --for=delete pod -l app=web

  # until a field has a value
  mk wait --for=jsonpath='{.status.phase}'=Succeeded pod/once

  # until a job has completed, and until a secret is there
  mk wait --for=condition=complete job/backup
  mk wait --for=create secret/token
"""

FLAGS = (
    *RESULT_FLAGS,
    flag("all", default=False, help="All objects of the types"),
    flag("all-namespaces", "A", False, "Look in every namespace"),
    flag("field-selector", help="Only what has these fields: status.phase=Running"),
    flag("filename", "f", kind="slice", help="File, folder or URL of manifests of what is meant; - is stdin"),
    flag("for", help="create, delete, condition=NAME[=VALUE] or jsonpath={PATH}[=VALUE]"),
    flag("local", default=False, no_effect="what is waited for happens in the cluster"),
    flag("recursive", "R", True, "Go into sub-folders of -f"),
    flag("selector", "l", help="Only what has these labels"),
    flag("timeout", kind="duration", default=30.0, help="Give up after this long; 0 looks once, a negative one waits a week"),
)

WEEK = 7 * 24 * 3600.0


class Options(NamedTuple):
    """What is waited for, and for how long (seconds)."""

    flags: Parsed
    condition: Condition
    timeout: float
    printer: Printer


def complete(flags: Parsed) -> Options:
    """Read the condition and the format. Raises CliError."""
    printer = make_result_printer(flags, "condition met")
    timeout = flags["timeout"] if flags["timeout"] >= 0 else WEEK
    return Options(flags, parse_condition(flags["for"]), timeout, printer)


def run(flags: Parsed, factory: Factory) -> int:
    """Wait for one object after the other, all within one timeout."""
    options = complete(flags)
    waiter = Waiter(factory, options.timeout)
    if options.condition is CREATED:
        wait_for_creation(flags, waiter, factory)
    chosen = list(visit_selected(factory, flags, flags.args, Want()))
    problems = [error for error in chosen if isinstance(error, Exception)]
    if options.condition is DELETED:
        problems = [error for error in problems if not isinstance(error, NotFound)]
    infos = [info for info in chosen if isinstance(info, Info)]
    problems += wait_for_all(options, waiter, infos, factory)
    raise_all(problems)
    if not infos and options.condition is not DELETED:
        raise CliError("no matching resources found")
    return 0


def wait_for_all(options: Options, waiter: Waiter, infos: list[Info], factory: Factory) -> list[Exception]:
    """Wait for one object after the other and tell of each; return what went wrong."""
    problems: list[Exception] = []
    with show_progress(factory, "waiting for", len(infos)) as progress:
        for info in infos:
            progress.begin(info.label())
            try:
                met = waiter.wait(info, options.condition)
            except (CliError, StatusError) as error:
                problems.append(error)
                continue
            progress.advance()
            with progress.hidden():
                options.printer.print_obj(met, factory.streams.stdout)
                factory.streams.stdout.flush()
    return problems


def wait_for_creation(flags: Parsed, waiter: Waiter, factory: Factory) -> None:
    """Wait until what was named is there; of a selection, until there is anything. Raises CliError."""
    infos = visit_selected(factory, flags, flags.args, Want(latest=False, objects=False))
    selection = select(factory, flags.args)
    if selection.types and not selection.names:
        waiter.wait_for_any(selection.types, flags)
        return
    for info in infos:
        if isinstance(info, Exception):
            raise info
        waiter.wait_until_there(info)


VERB = Verb(
    "wait",
    "Return when objects are as they should be",
    run,
    FLAGS,
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) "
    "[--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
    "Waits until every one of the objects is as --for says, and prints a line for each.",
    EXAMPLES,
)
