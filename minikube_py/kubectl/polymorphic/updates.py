"""What the sub-verbs of `set` share: which objects, the change of each, and sending it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.apimachinery.patch.strategic_diff import create_two_way_merge_patch
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG
from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.cli_runtime.go_zeros import fill_zeros
from minikube_py.cli_runtime.kustomizing import read_all
from minikube_py.cli_runtime.local_patch import find_schema
from minikube_py.cli_runtime.recording import with_cause
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, MISSING_RESOURCE, Info, flatten, has_files
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_struct_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.visitor import raise_all
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.discovery import LocalDiscovery
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
        return list(read_local(flags, factory))
    found = list(visit_selected(factory, flags, args, Want(every=flags["all"], typed=True)))
    raise_all([item for item in found if isinstance(item, Exception)])
    return [item for item in found if isinstance(item, Info)]


def read_local(flags: Parsed, factory: Factory) -> Iterator[Info]:
    """Yield the objects of -f as they are there, without asking a cluster. Raises CliError, NoSuchKind."""
    discovery = LocalDiscovery()
    for document in read_all(factory, flags):
        for obj in flatten(document.object):
            resource = discovery.find_kind(str(obj.get("apiVersion", "")), str(obj.get("kind", "")))
            metadata = obj.get("metadata") or {}
            whole = fill_zeros(obj, POD_SPECS.get(resource.kind))
            yield Info(resource, metadata.get("namespace", ""), metadata.get("name", ""), whole, document.source)


def check_local(flags: Parsed, dry_run: str) -> None:
    """Raise CliError where --local is to be tried out on the server."""
    if flags["local"] and dry_run == "server":
        raise CliError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")


def update_all(flags: Parsed, factory: Factory, infos: list[Info], update: Update, dry_run: str) -> None:
    """Change the objects and tell of each; raises what went wrong at the end, past the others."""
    problems: list[Exception] = []
    changed: list[tuple[Info, Object, Object]] = []
    for info in infos:
        obj = deep_copy(info.object or {})
        try:
            update.mutate(info, obj, problems)
        except CliError as error:
            problems.append(error)
            continue
        if "record" in flags and not problems:
            obj = with_cause(flags, obj)
        if (patch := create_two_way_merge_patch(info.object or {}, obj, find_schema(info.resource))) or update.always:
            changed.append((info, obj, patch))
    printer = make_struct_printer(flags, update.operation, dry_run)
    writer = None if flags["local"] or dry_run == "client" else Writer(factory, flags["field-manager"], dry_run)
    for info, obj, patch in changed:
        try:
            result = obj if writer is None else writer.patch(info, patch)
        except StatusError as error:
            problems.append(CliError(f"{update.failure}{error.message}") if update.failure else error)
            continue
        printer.print_obj(result, factory.streams.stdout)
    if problems:
        raise problems[0] if len(problems) == 1 else AggregateError(problems)
