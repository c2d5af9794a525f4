"""rollout undo: goes back to a former revision."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, check_output, make_struct_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import visit
from minikube_py.cli_runtime.writer import Writer
from minikube_py.kubectl.polymorphic.history import BY_REPLICA_SETS, find_history
from minikube_py.kubectl.polymorphic.pod_template import describe_template_text
from minikube_py.kubectl.polymorphic.rollback import plan_rollback, roll_back
from minikube_py.kubectl.polymorphic.rollout_changes import SELECT_FLAGS, require_resource

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # back to the version before
  mk rollout undo deployment/web

  # back to a certain one; mk rollout history tells which there are
  mk rollout undo deployment/web --to-revision=3
"""

FLAGS = (
    *SELECT_FLAGS,
    *RESULT_FLAGS,
    DRY_RUN_FLAG,
    flag("to-revision", default=0, help="The revision to go back to; 0 is the one before the last"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Go back with every chosen workload."""
    dry_run = get_dry_run(flags, factory)
    require_resource(flags)
    check_output(flags)
    writer = Writer(factory, "kubectl", dry_run)
    infos = visit_selected(factory, flags, flags.args, Want(every=True, typed=True))
    visit(factory, infos, partial(undo_one, flags, factory, writer, dry_run))


def undo_one(flags: Parsed, factory: Factory, writer: Writer, dry_run: str, info: Info) -> Callable[[], None]:
    """Go back with one workload; returns what tells of it. Raises CliError."""
    history = find_history(info, "rollbacker", "rollbacker")
    plan = plan_rollback(writer, info, history, flags["to-revision"])
    if dry_run == "client":
        text = describe_template_text(plan.revision.template)
        result = text if history is BY_REPLICA_SETS else f"will roll back to {text}"
    else:
        result = roll_back(writer, info, plan, flags["to-revision"])
    printer = make_struct_printer(flags, result, dry_run)
    return partial(printer.print_obj, info.object or {}, factory.streams.stdout)


VERB = Verb(
    "undo",
    "Go back to an earlier revision",
    run,
    FLAGS,
    "(TYPE NAME | TYPE/NAME) [flags]",
    "Goes back to the pod template of a former revision; that is a rollout of its own.",
    EXAMPLES,
)
