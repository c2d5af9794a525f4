"""replace: puts what manifests say in the place of what is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import NotFound, StatusError
from minikube_py.cli_runtime.deletion import REPLACING_FLAGS, delete, parse_cascade, wait_until_gone
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, VALIDATE_FLAG, get_dry_run, get_validation
from minikube_py.cli_runtime.errors import CliError, add_source
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.last_applied import make_modified, update_if_present
from minikube_py.cli_runtime.raw_requests import check_raw, send_raw
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import require_files, visit, visit_files
from minikube_py.cli_runtime.writer import Writer

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.printers.managed_fields import Printer

Object = dict[str, Any]
FIVE_MINUTES = 300.0

EXAMPLES = """
  # replace what a file describes
  mk replace -f pod.yaml

  # delete it first, where a field cannot be changed
  mk replace --force -f pod.yaml
"""

FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    *REPLACING_FLAGS,
    VALIDATE_FLAG,
    DRY_RUN_FLAG,
    flag("save-config", default=False, help="Keep the object in the annotation that apply compares with"),
    flag("raw", help="Send PUT to this path of the API"),
    flag("subresource", help="Replace this subresource: status or scale"),
    flag("field-manager", default="kubectl-replace", help="Name under which the fields are managed"),
)


class Options(NamedTuple):
    """How to replace."""

    flags: Parsed
    dry_run: str
    validation: str
    policy: str
    printer: Printer


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags into options."""
    validation = get_validation(flags)
    dry_run = get_dry_run(flags, factory)
    printer = make_result_printer(flags, "replaced", dry_run)
    policy = parse_cascade(flags, factory)
    require_files(flags)
    return Options(flags, dry_run, validation, policy, printer)


def validate(options: Options) -> None:
    """Refuse combinations that mean nothing."""
    flags = options.flags
    if flags["grace-period"] >= 0 and not flags["force"]:
        raise CliError("--grace-period must have --force specified")
    if flags["timeout"] and not flags["force"]:
        raise CliError("--timeout must have --force specified")
    if flags["force"] and options.dry_run != "none":
        raise CliError("--dry-run can not be used when --force is set")
    if flags["raw"]:
        check_raw(flags)


def run(flags: Parsed, factory: Factory) -> None:
    """Replace every object of the manifests, going on after one that fails."""
    options = complete(flags, factory)
    validate(options)
    if flags["raw"]:
        send_raw(factory, "PUT", flags["raw"], flags["filename"][0])
        return
    infos = visit_files(factory, flags, options.validation)
    writer = Writer(factory, flags["field-manager"], options.dry_run, options.validation)
    if flags["force"]:
        force_replace(options, factory, writer, list(infos))
    else:
        visit(factory, infos, partial(replace_one, options, factory, writer))


def replace_one(options: Options, factory: Factory, writer: Writer, info: Info) -> Callable[[], None]:
    """Replace one object; returns what tells of it. Raises StatusError, CliError."""
    obj = _annotate(options, info)
    if options.dry_run != "client":
        try:
            if not info.name:
                raise CliError("resource name may not be empty")
            obj = writer.replace(info, obj, options.flags["subresource"])
        except (StatusError, CliError) as error:
            raise add_source(error, "replacing", info.source) from error
    return partial(options.printer.print_obj, obj, factory.streams.stdout)


def _annotate(options: Options, info: Info) -> Object:
    obj = info.object or {}
    return make_modified(obj)[0] if options.flags["save-config"] else update_if_present(obj)


def force_replace(options: Options, factory: Factory, writer: Writer, infos: list[Info | Exception]) -> None:
    """Delete all objects, wait until they are gone, and create them anew. Raises the first kind of error met."""
    flags = options.flags
    grace = flags["grace-period"] or 1  # to end at once is asked for with `delete --force`
    deleted: list[tuple[Info, str]] = []

    def remove(info: Info) -> Callable[[], None] | None:
        try:
            uid = delete(writer, info, options.policy, grace)
        except NotFound:
            return None
        except (StatusError, CliError) as error:
            raise add_source(error, "deleting", info.source) from error
        deleted.append((info, uid))
        line = f"{info.label()}\n" if flags["output"] == "name" else f'{info.resource.qualified_kind} "{info.name}" deleted\n'
        return partial(factory.write, line)

    visit(factory, infos, remove)
    if not infos:
        factory.write("No resources found\n")
    deadline = factory.clock.now() + (flags["timeout"] or FIVE_MINUTES)
    for info, uid in deleted:
        wait_until_gone(factory, info, uid, deadline)

    def create(info: Info) -> Callable[[], None]:
        return partial(options.printer.print_obj, writer.create(info, _annotate(options, info)), factory.streams.stdout)

    if not visit(factory, infos, create):
        raise CliError("no objects passed to replace")


VERB = Verb(
    "replace",
    "Put whole objects in the place of others",
    run,
    FLAGS,
    "-f FILENAME",
    "Puts the objects that manifests describe in the place of those in the cluster. A manifest that names a resourceVersion replaces only that one.",
    EXAMPLES,
)
