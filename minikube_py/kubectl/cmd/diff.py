"""diff: shows what apply would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import Conflict, NotFound
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.klog import warn_log
from minikube_py.cli_runtime.last_applied import ANNOTATION
from minikube_py.cli_runtime.patcher import Patcher
from minikube_py.cli_runtime.printers.yaml import encode_yaml
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.secret_mask import is_secret, mask
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.cli_runtime.visitor import require_files, visit_files
from minikube_py.cli_runtime.writer import Writer, warn_if_deleting
from minikube_py.client.request import APPLY_PATCH

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.prune import Visited
    from minikube_py.client.discovery import ResourceInfo
    from minikube_py.kubectl.diff_folders import DiffFolders

Object = dict[str, Any]

EXAMPLES = """
  # what an apply would change
  mk diff -f web.yaml
  cat web.yaml | mk diff -f -

  # with another program, and options for it
  KUBECTL_EXTERNAL_DIFF="colordiff -N -u" mk diff -f web.yaml
"""

FLAGS = (
    *FILENAME_FLAGS,
    flag("concurrency", default=1, no_effect="objects are compared one after the other"),
    flag("field-manager", default="kubectl-client-side-apply", help="Name under which the fields are managed"),
    flag("force-conflicts", default=False, help="With --server-side: take over fields that others set"),
    flag("prune", default=False, help="Also show what an apply --prune would delete"),
    flag("prune-allowlist", kind="array", help="With --prune: only these kinds, as GROUP/VERSION/KIND; may be repeated"),
    flag("selector", "l", help="Only objects with these labels"),
    flag("server-side", default=False, help="Compare with what a server-side apply would give"),
    flag("show-managed-fields", default=False, help="Compare who manages which field, too"),
)

ATTEMPTS = 4  # an object that changes meanwhile is read anew; the last time it is compared as it is


class Options(NamedTuple):
    """What to compare."""

    flags: Parsed
    manager: str
    prune_resources: tuple[ResourceInfo, ...]


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags into options. Raises UsageError, CliError."""
    if flags.args:
        raise UsageError(f"Unexpected args: [{' '.join(flags.args)}]")
    require_files(flags)
    if flags["force-conflicts"] and not flags["server-side"]:
        raise CliError("--force-conflicts only works with --server-side")
    manager = flags["field-manager"]
    if flags["server-side"] and not flags.changed("field-manager"):
        manager = "kubectl"
    resources: tuple[ResourceInfo, ...] = ()
    if flags["prune"]:
        from minikube_py.cli_runtime.prune import parse_allowlist

        resources = parse_allowlist(factory, flags["prune-allowlist"])
    return Options(flags, manager, resources)


def run(flags: Parsed, factory: Factory) -> int:
    """Compare every object of the manifests; the first error ends it. Returns 0 where nothing differs, else 1."""
    from minikube_py.kubectl.diff_folders import DiffFolders

    options = complete(flags, factory)
    with DiffFolders() as folders:
        differ = Differ(options, factory, folders)
        try:
            for info in visit_files(factory, flags):
                if isinstance(info, Exception):
                    raise info
                differ.add(info)
        finally:
            if flags["prune"]:
                differ.add_pruned()
        return folders.compare(factory.streams)


class Differ:
    """Writes each object's two versions."""

    def __init__(self, options: Options, factory: Factory, folders: DiffFolders) -> None:
        from minikube_py.cli_runtime.prune import Visited

        self._options, self._factory, self._folders = options, factory, folders
        self._writer = Writer(factory, options.manager, "server")
        self._patcher = Patcher(factory, self._writer)
        self._visited: Visited = Visited(factory)

    def add(self, info: Info) -> None:
        """Write an object as it is and as it would be. Raises StatusError, CliError."""
        if not info.name:
            raise CliError("resource name may not be empty")
        for attempt in range(1, ATTEMPTS + 1):
            live = self._get(info)
            try:
                self._write(info, live, self._merge(info, live, locked=attempt < ATTEMPTS))
                break
            except Conflict:
                if attempt == ATTEMPTS:
                    raise
                if attempt == ATTEMPTS - 1:
                    what = f"{info.resource.group}/{info.resource.version}, Kind={info.resource.kind}: {info.name}"
                    warn_log(self._factory, 684, f"Object ({what}) keeps changing, diffing without lock", "diff.go")
        if live is not None:
            self._visited.uids.add(live["metadata"]["uid"])
            warn_if_deleting(self._factory, live)
        self._visited.namespaces.add(info.namespace)

    def _get(self, info: Info) -> Object | None:
        try:
            return self._writer.get(info)
        except NotFound:
            return None

    def _merge(self, info: Info, live: Object | None, *, locked: bool) -> Object:
        """Return what the server would make of the manifest, keeping nothing."""
        local = info.object or {}
        if self._options.flags["server-side"]:
            force = "true" if self._options.flags["force-conflicts"] else "false"
            return self._writer.patch(info, local, APPLY_PATCH, force=force)
        if live is None:
            return self._writer.create(info, local)
        patch, content_type = self._patcher.make_patch(info, _without_annotation(local), live)
        if not patch:
            return live
        if locked:
            version = live["metadata"]["resourceVersion"]
            patch = {**patch, "metadata": {**patch.get("metadata", {}), "resourceVersion": version}}
        return self._writer.patch(info, patch, content_type)

    def _write(self, info: Info, live: Object | None, merged: Object) -> None:
        if not self._options.flags["show-managed-fields"]:
            live, merged = live and omit_managed_fields(live), omit_managed_fields(merged)
        before = "" if live is None else encode_yaml(live)
        if is_secret(merged):
            live, merged = mask(live, merged)
            before = encode_yaml(live)  # kubectl writes null for a Secret that is not there
        from minikube_py.kubectl.diff_folders import file_name

        self._folders.write_live(file_name(info), before)
        self._folders.write_merged(file_name(info), encode_yaml(merged))

    def add_pruned(self) -> None:
        """Write what pruning would delete, as it is."""
        from minikube_py.cli_runtime.prune import list_prunable
        from minikube_py.kubectl.diff_folders import file_name

        for info in list_prunable(self._factory, self._visited, self._options.prune_resources, self._options.flags["selector"]):
            self._folders.write_live(file_name(info), encode_yaml(info.object))


def omit_managed_fields(obj: Object) -> Object:
    """Return an object without metadata.managedFields."""
    return {**obj, "metadata": {key: value for key, value in obj["metadata"].items() if key != "managedFields"}}


def _without_annotation(obj: Object) -> Object:
    metadata = obj["metadata"]
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != ANNOTATION}
    return {**obj, "metadata": {**metadata, "annotations": annotations}}


VERB = Verb(
    "diff",
    "Show what apply would change",
    run,
    FLAGS,
    "-f FILENAME",
    "Shows how objects differ from what apply would make of them. KUBECTL_EXTERNAL_DIFF names the program that compares, with its options; "
    "else it is `diff -u -N`. Exits with 0 where nothing differs, 1 where something does, and more than 1 on an error.",
    EXAMPLES,
    failure=2,
)
