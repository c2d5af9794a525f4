"""apply: makes objects as manifests say, whether they are there or not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import Conflict, NotFound, StatusError
from minikube_py.cli_runtime import last_applied
from minikube_py.cli_runtime.deletion import REPLACING_FLAGS, parse_cascade
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, VALIDATE_FLAG, get_dry_run, get_validation
from minikube_py.cli_runtime.errors import CliError, add_source
from minikube_py.cli_runtime.flags import FlagError, Parsed, flag
from minikube_py.cli_runtime.patcher import Force, Patcher
from minikube_py.cli_runtime.recording import RECORD_FLAG, with_cause
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, check_output, make_result_printer
from minikube_py.cli_runtime.selected import format_info
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.cli_runtime.visitor import require_files, visit, visit_files
from minikube_py.cli_runtime.writer import Writer, warn_if_deleting
from minikube_py.client.request import APPLY_PATCH

if TYPE_CHECKING:
    from minikube_py.cli_runtime.applyset import ApplySet
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.prune import Visited
    from minikube_py.client.discovery import ResourceInfo

Object = dict[str, Any]

EXAMPLES = """
  # make what a file, a folder or another program's output describes
  mk apply -f web.yaml
  mk apply -R -f manifests/
  cat web.yaml | mk apply -f -

  # see what would happen
  mk apply -f web.yaml --dry-run=server

  # let the server keep track of who set which field
  mk apply --server-side -f web.yaml

  # delete what an earlier apply made with this label and these manifests leave out
  mk apply -f manifests/ --prune -l team=blue
"""

FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    *REPLACING_FLAGS,
    VALIDATE_FLAG,
    DRY_RUN_FLAG,
    flag("selector", "l", help="Only objects with these labels"),
    flag("server-side", default=False, help="Merge on the server, which knows who set which field"),
    flag("force-conflicts", default=False, help="With --server-side: take over fields that others set"),
    flag("field-manager", default="kubectl-client-side-apply", help="Name under which the fields are managed"),
    flag("prune", default=False, help="Delete what was applied before and is not there any more"),
    flag("prune-allowlist", kind="array", help="With --prune: only these kinds, as GROUP/VERSION/KIND; may be repeated"),
    flag("all", default=False, help="With --prune: consider all objects"),
    flag("overwrite", default=True, help="Set back what others changed since"),
    flag("applyset", help="With --prune: the object that keeps the set's members", hidden=True),
    flag("openapi-patch", default=True, no_effect="patches go by the schemas of this program"),
    flag("subresource", help="With --server-side: apply to this subresource"),
    RECORD_FLAG,
)

MISSING = (
    "Warning: resource {0}/{1} is missing the {2} annotation which is required by kubectl apply. kubectl apply should only be used on "
    "resources created declaratively by either kubectl create --save-config or kubectl apply. "
    "The missing annotation will be patched automatically."
)

CONFLICTS = """{}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


class Options(NamedTuple):
    """How to apply."""

    flags: Parsed
    dry_run: str
    validation: str
    manager: str
    policy: str
    prune_resources: tuple[ResourceInfo, ...]
    members: ApplySet | None

    @property
    def shows_objects(self) -> bool:
        """Whether -o asks for the objects, which are shown when all is done."""
        return self.flags["output"] not in ("", "name")


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    if flags.changed("applyset"):
        _require_applysets()
    if flags.args:
        raise UsageError(f"Unexpected args: [{' '.join(flags.args)}]")
    dry_run = get_dry_run(flags, factory)
    policy = parse_cascade(flags, factory)
    require_files(flags)
    validation = get_validation(flags)
    manager = flags["field-manager"]
    if flags["server-side"] and not flags.changed("field-manager"):
        manager = "kubectl"
    members = _find_members(flags, factory)
    resources: tuple[ResourceInfo, ...] = ()
    if flags["prune"]:
        from minikube_py.cli_runtime.prune import parse_allowlist

        resources = parse_allowlist(factory, flags["prune-allowlist"])
    return Options(flags, dry_run, validation, manager, policy, resources, members)


def _require_applysets() -> None:
    """Refuse the flag that is not there unless the environment asks for it. Raises FlagError."""
    from minikube_py.cli_runtime.applyset import is_enabled

    if not is_enabled():
        raise FlagError("unknown flag: --applyset")


def _find_members(flags: Parsed, factory: Factory) -> ApplySet | None:
    if not flags["applyset"]:
        return None
    from minikube_py.cli_runtime.applyset import ApplySet

    return ApplySet(factory, flags["applyset"])


def validate(options: Options) -> None:
    """Refuse combinations that mean nothing."""
    flags, server_side, force = options.flags, options.flags["server-side"], options.flags["force"]
    if flags["force-conflicts"] and not server_side:
        raise CliError("--force-conflicts only works with --server-side")
    if options.dry_run == "client" and server_side:
        raise CliError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
    if server_side and force:
        raise CliError("--force cannot be used with --server-side")
    if options.dry_run == "server" and force:
        raise CliError("--dry-run=server cannot be used with --force")
    if flags["all"] and flags["selector"]:
        raise CliError("cannot set --all and --selector at the same time")
    if options.members is not None:
        if not flags["prune"]:
            raise CliError("--applyset requires --prune")
        options.members.validate()
    if flags["prune"]:
        _validate_prune(options)
    if flags["subresource"] and not server_side:
        raise CliError("--subresource can only be specified for --server-side")


def _validate_prune(options: Options) -> None:
    flags = options.flags
    if flags["force"]:
        raise CliError("--force cannot be used with --prune")
    if options.members is not None:
        words = {"all": flags["all"], "selector": flags["selector"], "prune-allowlist": options.prune_resources}
        for name, given in words.items():
            if given:
                raise CliError(f"--{name} is incompatible with --applyset")
        return
    if not flags["all"] and not flags["selector"]:
        raise CliError(
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. "
            "If you did not mean to prune all resources, specify a label selector"
        )
    if flags["server-side"]:
        raise CliError("--prune is in alpha and doesn't currently work on objects created by server-side apply")


def run(flags: Parsed, factory: Factory) -> None:
    """Apply every object of the manifests, going on after one that fails; then prune, if asked and all went well."""
    options = complete(flags, factory)
    validate(options)
    check_output(flags)
    infos = list(visit_files(factory, flags, options.validation))
    if not infos:
        raise CliError("no objects passed to apply")
    if options.members is not None:
        infos = _join(options.members, infos, options)
    applier = Applier(options, factory)
    visit(factory, infos, applier.apply)
    if options.shows_objects:
        show_objects(applier.objects, options, factory)
    if flags["prune"]:
        _prune(options, factory, applier)


def _join(members: ApplySet, found: list[Info | Exception], options: Options) -> list[Info | Exception]:
    """Make objects members of a set before anything is applied. Raises CliError."""
    infos = members.label([info for info in found if isinstance(info, Info)])
    members.begin(infos, options.dry_run, options.validation)
    return [*(item for item in found if not isinstance(item, Info)), *infos]


def _prune(options: Options, factory: Factory, applier: Applier) -> None:
    from minikube_py.cli_runtime.prune import prune, prune_set

    if options.members is None:
        prune(factory, applier.visited, options.prune_resources, options.flags, options.dry_run)
    else:
        prune_set(factory, applier.visited, options.members, options.flags, options.dry_run)
        options.members.finish(options.dry_run, options.validation)


def show_objects(objects: list[Object], options: Options, factory: Factory) -> None:
    """Print the objects that were applied, several as a List."""
    one = objects[0] if len(objects) == 1 else {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {}}
    make_result_printer(options.flags, "", options.dry_run).print_obj(one, factory.streams.stdout)


class Applier:
    """Applies objects one by one and remembers them."""

    def __init__(self, options: Options, factory: Factory) -> None:
        from minikube_py.cli_runtime.prune import Visited

        flags = options.flags
        self._options, self._factory = options, factory
        self._writer = Writer(factory, options.manager, options.dry_run, options.validation)
        force = Force(options.policy, flags["grace-period"], flags["timeout"]) if flags["force"] else None
        overwrite, open_api = flags["overwrite"], flags["openapi-patch"]
        self._patcher = Patcher(factory, self._writer, overwrite=overwrite, force=force, open_api=open_api)
        self.objects: list[Object] = []
        self.visited: Visited = Visited(factory)

    def apply(self, info: Info) -> Callable[[], None]:
        """Apply one object; returns what tells of it. Raises StatusError, CliError."""
        self.visited.namespaces.add(info.namespace)
        info = info._replace(object=with_cause(self._options.flags, info.object or {}))
        if not info.name and (prefix := (info.object or {})["metadata"].get("generateName")):
            raise CliError(f"from {prefix}: cannot use generate name with apply")
        if self._options.flags["server-side"]:
            return self._done("serverside-applied", self._apply_on_server(info))
        modified, text = last_applied.make_modified(info.object or {})
        try:
            current = self._get(info)
        except NotFound:
            return self._done("created", self._create(info, modified))
        return self._patch(info, modified, current, text)

    def _get(self, info: Info) -> Object:
        try:
            if not info.name:
                raise CliError("resource name may not be empty")
            return self._writer.get(info)
        except NotFound:
            raise
        except (StatusError, CliError) as error:
            what = f"retrieving current configuration of:\n{format_info(info)}\nfrom server for:"
            raise add_source(error, what, info.source) from error

    def _create(self, info: Info, modified: Object) -> Object:
        created: Object = drop_nulls(modified)
        if self._options.dry_run == "client":
            return created
        try:
            return self._writer.create(info, created)
        except StatusError as error:
            raise add_source(error, "creating", info.source) from error

    def _patch(self, info: Info, modified: Object, current: Object, text: str) -> Callable[[], None]:
        if self._options.dry_run == "client":
            return self._done("configured", current)
        if last_applied.get_original(current) is None:
            self._factory.warn(MISSING.format(info.resource.plural, info.name, last_applied.ANNOTATION))
        stored, changed = self._patcher.patch(info, modified, current)
        warn_if_deleting(self._factory, stored)
        return self._done("configured" if changed else "unchanged", stored)

    def _apply_on_server(self, info: Info) -> Object:
        flags = self._options.flags
        force = "true" if flags["force-conflicts"] else "false"
        if not info.name:
            raise CliError("resource name may not be empty")
        try:
            stored = self._writer.patch(info, info.object, APPLY_PATCH, flags["subresource"], force=force)
        except Conflict as error:
            raise CliError(CONFLICTS.format(error.message)) from error
        if self._options.dry_run == "none" and not flags["subresource"]:
            from minikube_py.cli_runtime.managers import migrate

            stored = migrate(self._factory, self._writer, info, stored, self._options.manager, force=force)
        warn_if_deleting(self._factory, stored)
        return stored

    def _done(self, operation: str, obj: Object) -> Callable[[], None]:
        self.objects.append(obj)
        self.visited.uids.add(obj["metadata"].get("uid", ""))
        if self._options.shows_objects:
            return _show_later
        printer = make_result_printer(self._options.flags, operation, self._options.dry_run)
        return partial(printer.print_obj, obj, self._factory.streams.stdout)


def _show_later() -> None:
    pass


def drop_nulls(value: Any) -> Any:
    """Return a value without the fields that are null, as an apply that patches would leave them out."""
    if isinstance(value, dict):
        return {key: drop_nulls(item) for key, item in value.items() if item is not None}
    return [drop_nulls(item) for item in value] if isinstance(value, list) else value


_MODULE = "minikube_py.kubectl.cmd.apply"

VERB = Verb(
    "apply",
    "Make objects be as manifests say",
    run,
    FLAGS,
    "(-f FILENAME | -k DIRECTORY)",
    "Makes objects as manifests say: creates what is not there, and changes what is. Fields that the manifests do not name are left as they are, "
    "unless an earlier apply set them.",
    EXAMPLES,
    subcommands=(
        ("edit-last-applied", f"{_MODULE}.edit_last_applied"),
        ("set-last-applied", f"{_MODULE}.set_last_applied"),
        ("view-last-applied", f"{_MODULE}.view_last_applied"),
    ),
)
