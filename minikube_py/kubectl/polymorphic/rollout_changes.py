"""What rollout restart, pause and resume share: a change of each chosen object, sent as a patch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.apimachinery.patch.strategic_diff import create_two_way_merge_patch
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.cli_runtime.local_patch import find_schema
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info, has_files
from minikube_py.cli_runtime.results import RESULT_FLAGS, check_output, make_struct_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.visitor import visit
from minikube_py.cli_runtime.writer import Writer

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

SELECT_FLAGS: tuple[Flag, ...] = (*FILENAME_FLAGS, flag("selector", "l", help="Only what has these labels"))
CHANGE_FLAGS: tuple[Flag, ...] = (
    *SELECT_FLAGS,
    *RESULT_FLAGS,
    flag("field-manager", default="kubectl-rollout", help="Name under which the fields are managed"),
)


class Change(NamedTuple):
    """What to do to each object, what that is called, and what is said where nothing changes (None: that is an error)."""

    apply: Callable[[Info], Object]
    operation: str
    unchanged: str | None = None


def require_resource(flags: Parsed) -> None:
    """Raise CliError where neither arguments nor files say what it is about."""
    if not flags.args and not has_files(flags):
        raise CliError("required resource not specified")


def change_all(flags: Parsed, factory: Factory, change: Change) -> None:
    """Change every chosen object and print a line of each. Raises what went wrong at the end, past the others."""
    require_resource(flags)
    check_output(flags)
    infos = visit_selected(factory, flags, flags.args, Want(every=True, typed=True))
    writer = Writer(factory, flags["field-manager"])
    if not visit(factory, infos, partial(_change_one, flags, factory, writer, change)):
        factory.warn(f"No resources found in {factory.namespace} namespace.")


def _change_one(flags: Parsed, factory: Factory, writer: Writer, change: Change, info: Info) -> Callable[[], None]:
    obj = info.object or {}
    try:
        changed = change.apply(info)
    except CliError as error:
        text = f'error: {info.resource.qualified} "{info.name}" {error.message}'
        raise CliError(text, prefix="") from error
    patch = create_two_way_merge_patch(obj, changed, find_schema(info.resource))
    if patch:
        operation = change.operation
        try:
            obj = writer.patch(info, patch)
        except StatusError as error:
            raise CliError(f"failed to patch: {error.message}") from error
    elif change.unchanged is None:
        raise CliError(
            f"failed to create patch for {info.name}: if restart has already been triggered within the past second, "
            "please wait before attempting to trigger another"
        )
    else:
        operation = change.unchanged
    return partial(make_struct_printer(flags, operation).print_obj, obj, factory.streams.stdout)
