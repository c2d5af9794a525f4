"""rollout history: the revisions of a workload."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.tabwriter import TabWriter
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, check_output, make_result_printer, make_struct_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import visit
from minikube_py.kubectl.polymorphic.history import BY_REPLICA_SETS, Revision, annotate_cause, find_history, list_revisions
from minikube_py.kubectl.polymorphic.pod_template import describe_template_text
from minikube_py.kubectl.polymorphic.rollout_changes import SELECT_FLAGS, require_resource

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which revisions are there?
  mk rollout history deployment/web

  # what was in the third?
  mk rollout history deployment/web --revision=3
"""

FLAGS = (*SELECT_FLAGS, *RESULT_FLAGS, flag("revision", default=0, help="Show this revision's pod template"))


def run(flags: Parsed, factory: Factory) -> None:
    """Print the history of every chosen workload."""
    require_resource(flags)
    if flags["revision"] < 0:
        raise CliError(f"revision must be a positive integer: {flags['revision']}")
    check_output(flags)
    infos = visit_selected(factory, flags, flags.args, Want(every=True, typed=True))
    visit(factory, infos, partial(show_history, flags, factory))


def show_history(flags: Parsed, factory: Factory, info: Info) -> Callable[[], None]:
    """Return what prints the history of one workload. Raises CliError."""
    number = flags["revision"]
    history = find_history(info)
    revisions = list_revisions(factory.client(), info, history)
    chosen = [revision for revision in revisions if number in (0, revision.number)]
    if number and not chosen and (revisions or flags["output"]):
        raise CliError("unable to find the specified revision")
    if flags["output"]:
        return partial(_print_kept, flags, factory, info, chosen, whole=history is BY_REPLICA_SETS)
    text = f"{f'with revision #{number}' if number else ''}\n{_describe(chosen, number, whole=history is BY_REPLICA_SETS)}"
    return partial(make_result_printer(flags, text).print_obj, info.object or {}, factory.streams.stdout)


def _print_kept(flags: Parsed, factory: Factory, info: Info, revisions: list[Revision], *, whole: bool) -> None:
    """Print the objects: the replica sets, or the workload as it was."""
    obj = info.object or {}
    printer = make_struct_printer(flags, "")
    for revision in revisions:
        kept = {"apiVersion": "apps/v1", "kind": "ReplicaSet", **revision.kept}
        former = {**obj, "spec": {**obj.get("spec", {}), "template": revision.template}}
        printer.print_obj(kept if whole else former, factory.streams.stdout)


def _describe(revisions: list[Revision], number: int, *, whole: bool) -> str:
    if not revisions:
        return "No rollout history found."
    if number:
        return describe_template_text(annotate_cause(revisions[0]) if whole else revisions[0].template)
    out = StringIO()
    writer = TabWriter(out, 0, 8, 2)
    writer.write("REVISION\tCHANGE-CAUSE\n")
    for revision in revisions:
        writer.write(f"{revision.number}\t{revision.cause or '<none>'}\n")
    writer.flush()
    return out.getvalue()


VERB = Verb(
    "history",
    "List the revisions of a workload",
    run,
    FLAGS,
    "(TYPE NAME | TYPE/NAME) [flags]",
    "Prints the revisions of a workload and why each came (the annotation kubernetes.io/change-cause).",
    EXAMPLES,
)
