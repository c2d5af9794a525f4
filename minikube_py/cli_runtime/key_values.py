"""What label and annotate share: pairs on the command line, and the patch that puts them into an object's metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Flag, Parsed, flag
from minikube_py.cli_runtime.recording import RECORD_FLAG
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info, has_files
from minikube_py.cli_runtime.results import RESULT_FLAGS
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.visitor import visit_files
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import MERGE_PATCH

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

PAIR_FLAGS: tuple[Flag, ...] = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    DRY_RUN_FLAG,
    flag("overwrite", default=False, help="Change values that are there already"),
    flag("list", default=False, help="Show what is there"),
    flag("local", default=False, help="Change what -f says and show it, without the server"),
    flag("all", default=False, help="All objects of the types, in the namespace"),
    flag("all-namespaces", "A", False, "Look in every namespace"),
    flag("selector", "l", help="Only what has these labels"),
    flag("field-selector", help="Only what has these fields"),
    flag("resource-version", help="Only while the object is at this version"),
    RECORD_FLAG,
)


class Change(NamedTuple):
    """What to set and what to remove in one map of the metadata."""

    new: Mapping[str, str]
    remove: Sequence[str]


class Options(NamedTuple):
    """What to change where."""

    flags: Parsed
    resources: list[str]
    change: Change
    dry_run: str


def complete(flags: Parsed, factory: Factory, what: str, parse: Callable[[Sequence[str]], Change]) -> Options:
    """Turn flags and arguments into options; `what` is label or annotation, `parse` reads its pairs. Raises CliError."""
    dry_run = get_dry_run(flags, factory)
    resources, pairs = split_pairs(flags.args, what)
    return Options(flags, resources, parse(pairs), dry_run)


def split_pairs(args: Sequence[str], what: str) -> tuple[list[str], list[str]]:
    """Return the resource arguments, and the changes `key=value` and `key-` behind them. Raises CliError."""
    resources: list[str] = []
    pairs: list[str] = []
    for arg in args:
        if is_pair(arg):
            pairs.append(arg)
        elif pairs:
            raise CliError(f"all resources must be specified before {what} changes: {arg}")
        else:
            resources.append(arg)
    return resources, pairs


def is_pair(arg: str) -> bool:
    """Return whether an argument is a change, `key=value` or `key-`, rather than a resource."""
    return ("=" in arg and not arg.startswith("=")) or (arg.endswith("-") and arg != "-")


def check_flags(flags: Parsed, resources: Sequence[str], dry_run: str, files: tuple[str, str]) -> None:
    """Refuse combinations that mean nothing; `files` are the names that a text gives to example manifests. Raises CliError."""
    if flags["list"] and flags["output"]:
        raise CliError("--list and --output may not be specified together")
    for name, other in (("selector", "selector"), ("field-selector", "field-selector")):
        if flags["all"] and flags[name]:
            raise CliError(f"cannot set --all and --{other} at the same time")
    if not flags["local"]:
        if not resources and not has_files(flags):
            raise CliError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
        return
    if dry_run == "server":
        raise CliError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")
    example = f"-f {files[0]} or --filename={files[1]}"
    if resources:
        raise CliError(f"can only use local files by {example} when --local=true is set")
    if not has_files(flags):
        raise CliError(f"one or more files must be specified as {example}")


def select_infos(factory: Factory, flags: Parsed, resources: Sequence[str]) -> tuple[Iterator[Info | Exception], bool]:
    """Return the objects to change, and whether one single object was named. Raises CliError."""
    if flags["local"]:
        infos = visit_files(factory, flags, selecting=False, local=True)
    else:
        infos = visit_selected(factory, flags, resources, Want(every=flags["all"]))
    is_one = _names_one(flags, resources)
    if flags["resource-version"] and not is_one:
        raise CliError("--resource-version may only be used with a single resource")
    return infos, is_one


def _names_one(flags: Parsed, resources: Sequence[str]) -> bool:
    if has_files(flags):
        return len(flags["filename"]) == 1 and flags["filename"][0] != "-" and not flags["recursive"]
    return (len(resources) == 1 and "/" in resources[0]) or (len(resources) == 2 and "/" not in resources[0])


def apply_change(obj: Object, field: str, change: Change, version: str) -> tuple[Object, set[str], set[str]]:
    """Return a changed copy of the object, and the keys that were set anew and removed. `field` is labels or annotations."""
    before: Object = obj["metadata"].get(field) or {}
    after = {**before, **change.new}
    added = {key for key, value in change.new.items() if before.get(key) != value}
    removed = {key for key in change.remove if after.pop(key, None) is not None or key in before}
    metadata = {**obj["metadata"], field: after}
    if version:
        metadata["resourceVersion"] = version
    return {**obj, "metadata": metadata}, added, removed


def send_change(writer: Writer, info: Info, changed: Object, version: str) -> Object:
    """Send what differs in the labels and annotations and return the object as stored. Raises StatusError."""
    metadata: Object = {}
    for field in ("labels", "annotations"):
        before, after = (info.object or {})["metadata"].get(field), changed["metadata"].get(field)
        if before != after:
            metadata[field] = None if after is None else _diff(before or {}, after)
    if version:
        metadata["resourceVersion"] = version
    return writer.patch(info, {"metadata": metadata} if metadata else {}, MERGE_PATCH)


def _diff(before: Object, after: Object) -> Object:
    removed = dict.fromkeys(key for key in before if key not in after)
    return {key: value for key, value in after.items() if before.get(key) != value} | removed


def show_list(factory: Factory, info: Info, field: str, *, is_one: bool) -> Callable[[], None]:
    """Return what shows the labels or annotations of an object; each object has a heading where there may be several."""
    lines = [f"{key}={value}\n" for key, value in ((info.object or {})["metadata"].get(field) or {}).items()]
    if not is_one:
        resource = info.resource
        heading = f"Listing {field} for {resource.kind}.{resource.group}/{info.name}:\n"
        lines = [heading, *(f" {line}" for line in lines)]
    return partial(factory.write, "".join(lines))
