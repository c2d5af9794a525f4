"""What the sub-verbs of `set` share: which objects, the change of each, and sending it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import BadRequest, StatusError
from minikube_py.apimachinery.patch.strategic_diff import create_two_way_merge_patch
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.cli_runtime.go_zeros import fill_zeros
from minikube_py.cli_runtime.local_patch import find_schema
from minikube_py.cli_runtime.recording import with_cause
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, MISSING_RESOURCE, Info, has_files
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_struct_printer
from minikube_py.cli_runtime.selected import UNREGISTERED, Want, visit_selected
from minikube_py.cli_runtime.visitor import raise_all, visit_files
from minikube_py.cli_runtime.writer import Writer
from minikube_py.kubectl.polymorphic.pod_spec import POD_SPECS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

UPDATE_FLAGS: tuple[Flag, ...] = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    DRY_RUN_FLAG,
    flag("all", default=False, help="All objects of the types, in the namespace"),
    flag("local", default=False, help="Change what -f says and show it, without the server"),
    flag("field-manager", default="kubectl-set", help="Name under which the fields are managed"),
)
SELECTOR_FLAG = flag("selector", "l", help="Only what has these labels")

ALL_AND_SELECTOR = "cannot set --all and --selector at the same time"
NO_RESOURCES = "one or more resources must be specified as <resource> <name> or <resource>/<name>"
LOCAL_ONLY_FILES = (
    "you must specify resources by --filename when --local is set.\n"
    "Example resource specifications include:\n"
    "   '-f rsrc.yaml'\n"
    "   '--filename=rsrc.json'"
)


class Update(NamedTuple):
    """A change. `mutate(info, copy, problems)` changes the copy; what it cannot do it adds to `problems`, or raises CliError."""

    mutate: Callable[[Info, Object, list[Exception]], None]
    operation: str  # what is told: `image updated`
    failure: str  # what stands before the server's error; "" passes it on as it is
    always: bool = False  # tell of objects too in which nothing changes


def find_infos(flags: Parsed, factory: Factory, args: Sequence[str]) -> list[Info]:
    """Return the objects, all of them: raises everything that is wrong with some."""
    if flags["local"]:
        if args:
            raise CliError(LOCAL_ONLY_FILES)
        if not has_files(flags):
            raise CliError(MISSING_RESOURCE)
        found = list(visit_files(factory, flags, selecting=False, local=True))
        found = [item if isinstance(item, Exception) else read_typed(item) for item in found]
    else:
        found = list(visit_selected(factory, flags, args, Want(every=flags["all"], typed=True)))
    raise_all([item for item in found if isinstance(item, Exception)])
    return [item for item in found if isinstance(item, Info)]


def read_typed(info: Info) -> Info | Exception:
    """Return an object of a file as Go's structs write it; the error where it is of no kind of Kubernetes' own, or of wrong types."""
    resource, obj = info.resource, info.object or {}
    try:
        typed = to_typed(info, obj)
    except BadRequest as error:
        why = error.message.partition(f" cannot be handled as a {resource.kind}: ")[2]
        return CliError(f'unable to decode "{info.source}": {why}')
    if typed is None:
        why = UNREGISTERED.format(resource.kind, resource.api_version)
        return CliError(f'unable to decode "{info.source}": {why}')
    return info._replace(object=typed)


def to_typed(info: Info, obj: Object) -> Object | None:
    """Return an object as Go's structs write it, without what they leave out; None for kinds of others. Raises BadRequest."""
    schema = find_schema(info.resource)
    if schema is None:
        return None
    from minikube_py.apimachinery.decode import decode

    resource = info.resource
    typed = decode(obj, schema, resource.kind, resource.version).object
    return fill_zeros({**typed, "kind": resource.kind, "apiVersion": resource.api_version}, POD_SPECS.get(resource.kind))


def check_local(flags: Parsed, dry_run: str) -> None:
    """Raise CliError where --local is to be tried out on the server."""
    if flags["local"] and dry_run == "server":
        raise CliError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")


def update_all(flags: Parsed, factory: Factory, infos: list[Info], update: Update, dry_run: str) -> None:
    """Change the objects and tell of each; raises what went wrong at the end, past the others."""
    problems: list[Exception] = []
    changes = [_change(flags, info, update, problems) for info in infos]
    printer = make_struct_printer(flags, update.operation, dry_run)
    writer = None if flags["local"] or dry_run == "client" else Writer(factory, flags["field-manager"], dry_run)
    for info, change in zip(infos, changes, strict=True):
        if isinstance(change, Exception):
            problems.append(change)
            continue
        obj, patch = change
        if not patch and not update.always:
            continue
        try:
            result = (to_typed(info, obj) or obj) if writer is None else writer.patch(info, patch)
        except StatusError as error:
            problems.append(CliError(f"{update.failure}{error.message}") if update.failure else error)
            continue
        printer.print_obj(result, factory.streams.stdout)
    raise_all(problems)


def _change(flags: Parsed, info: Info, update: Update, problems: list[Exception]) -> tuple[Object, Object] | Exception:
    """Return an object as it is to be and the patch that makes it so, or why it cannot be changed."""
    obj = deep_copy(info.object or {})
    try:
        update.mutate(info, obj, problems)
    except CliError as error:
        return error
    if "record" in flags and not problems:
        obj = with_cause(flags, obj)
    return obj, create_two_way_merge_patch(info.object or {}, obj, find_schema(info.resource))
