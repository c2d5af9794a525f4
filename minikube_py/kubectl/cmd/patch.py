"""patch: changes fields of objects by a patch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import BadRequest, UnsupportedMediaType
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.local_patch import PATCH_TYPES, BrokenJSON, apply_locally, parse_json_patch
from minikube_py.cli_runtime.recording import RECORD_FLAG, make_cause_patch
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import visit
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import MERGE_PATCH, STRATEGIC_MERGE_PATCH

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # lists merge by their items' names (a strategic merge patch)
  mk patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:1.27"}]}}}}'

  # lists are replaced, null removes (a merge patch), YAML will do
  mk patch configmap settings --type=merge -p 'data: {color: null, size: "10"}'

  # operations at paths (a JSON patch)
  mk patch service web --type=json -p '[{"op":"replace","path":"/spec/ports/0/port","value":8080}]'
"""

FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    DRY_RUN_FLAG,
    flag("patch", "p", help="The patch, JSON or YAML"),
    flag("patch-file", help="File with the patch"),
    flag("type", default="strategic", help="Type of the patch: strategic, merge or json"),
    flag("local", default=False, help="Patch what -f says and show it, without the server"),
    flag("subresource", help="Patch this subresource: status, scale or resize"),
    flag("field-manager", default="kubectl-patch", help="Name under which the fields are managed"),
    RECORD_FLAG,
)


class Options(NamedTuple):
    """How to patch."""

    flags: Parsed
    dry_run: str
    content_type: str


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags into options."""
    dry_run = get_dry_run(flags, factory)
    return Options(flags, dry_run, PATCH_TYPES.get(flags["type"].lower() or "strategic", ""))


def validate(options: Options) -> None:
    """Refuse combinations that mean nothing."""
    flags = options.flags
    if flags["patch"] and flags["patch-file"]:
        raise CliError("cannot specify --patch and --patch-file together")
    if not flags["patch"] and not flags["patch-file"]:
        raise CliError("must specify --patch or --patch-file containing the contents of the patch")
    if flags["local"] and flags.args:
        raise CliError("cannot specify --local and server resources")
    if flags["local"] and options.dry_run == "server":
        raise CliError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")
    if not options.content_type:
        raise CliError(f'--type must be one of [{" ".join(sorted(PATCH_TYPES))}], not "{flags["type"]}"')


def run(flags: Parsed, factory: Factory) -> None:
    """Patch what was chosen."""
    options = complete(flags, factory)
    validate(options)
    patch = read_patch(flags)
    subresource, local = flags["subresource"], flags["local"]
    infos = visit_selected(factory, flags, flags.args, Want(latest=not local, local=local, objects=not subresource))
    writer = None if local or options.dry_run == "client" else Writer(factory, flags["field-manager"], options.dry_run)
    if not visit(factory, infos, partial(patch_one, options, factory, writer, patch)):
        raise CliError("no objects passed to patch")


def read_patch(flags: Parsed) -> Any:
    """Return the patch, read as YAML; what begins as JSON does is read as JSON, or BrokenJSON. Raises CliError."""
    from minikube_py.apimachinery.yaml_tree import YAMLSyntaxError, build_tree

    text: str = flags["patch"]
    if flags["patch-file"]:
        try:
            with open(flags["patch-file"], encoding="utf-8") as file:
                text = file.read()
        except OSError as error:
            why = f"open {flags['patch-file']}: {(error.strerror or str(error)).lower()}"
            raise CliError(f"unable to read patch file: {why}") from error
    if text.lstrip().startswith("{"):
        return parse_json_patch(text)
    try:
        tree = build_tree(text)
    except YAMLSyntaxError as error:
        from minikube_py.cli_runtime.printers.go_format import quote

        raise CliError(f"unable to parse {quote(flags['patch'])}: {error}") from error
    return None if tree is None else tree.value


def patch_one(options: Options, factory: Factory, writer: Writer | None, patch: Any, info: Info) -> Callable[[], None]:
    """Patch one object; returns what tells of it. Raises StatusError, CliError."""
    subresource = options.flags["subresource"]
    if writer is None:
        before = info.object or {}
        patched = apply_locally(info.resource, before, patch, options.content_type)
    elif isinstance(patch, BrokenJSON):
        doing = "" if options.content_type == STRATEGIC_MERGE_PATCH else "error decoding patch: "
        raise BadRequest(doing + patch.problem)
    else:
        before = writer.get(info, subresource) if subresource else info.object or {}
        try:
            patched = writer.patch(info, patch, options.content_type, subresource)
        except UnsupportedMediaType as error:
            kind = f"{info.resource.group}/{info.resource.version}, Kind={info.resource.kind}"
            raise CliError(f"{options.content_type} is not supported by {kind}: {error.message}") from error
    operation = "patched" if patched != before else "patched (no change)"
    if writer is not None and (cause := make_cause_patch(options.flags, patched)):
        patched = writer.patch(info, cause, MERGE_PATCH)
    printer = make_result_printer(options.flags, operation)  # kubectl does not tell of a dry run here
    return partial(printer.print_obj, patched, factory.streams.stdout)


VERB = Verb(
    "patch",
    "Change some fields of objects",
    run,
    FLAGS,
    "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
    "Changes fields of objects by a strategic merge patch, a JSON merge patch (RFC 7386) or a JSON patch (RFC 6902).",
    EXAMPLES,
)
