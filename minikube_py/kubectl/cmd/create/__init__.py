"""create: objects out of manifests, and by its sub-verbs out of flags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, VALIDATE_FLAG, get_dry_run, get_validation
from minikube_py.cli_runtime.errors import CliError, add_source
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.last_applied import make_modified, update_if_present
from minikube_py.cli_runtime.raw_requests import check_raw, send_raw
from minikube_py.cli_runtime.recording import RECORD_FLAG, with_cause
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.cli_runtime.visitor import require_files, visit, visit_files
from minikube_py.cli_runtime.writer import Writer

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.printers.managed_fields import Printer

Object = dict[str, Any]

EXAMPLES = """
  # what a file describes, and what comes from another program
  mk create -f pod.yaml
  cat pod.yaml | mk create -f -

  # all manifests of a folder and the folders in it
  mk create -R -f manifests/

  # see what would be sent
  mk create deployment web --image=nginx --dry-run=client -o yaml
"""

FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    VALIDATE_FLAG,
    DRY_RUN_FLAG,
    flag("edit", default=False, help="Open the objects in an editor first"),
    flag("save-config", default=False, help="Keep the object in the annotation that apply compares with"),
    flag("selector", "l", help="Only objects with these labels"),
    flag("raw", help="Send the file to this path of the API"),
    flag("field-manager", default="kubectl-create", help="Name under which the fields are managed"),
    RECORD_FLAG,
    flag("windows-line-endings", default=False, help="With --edit: end lines as Windows does"),
)

_MODULE = "minikube_py.kubectl.cmd.create"
SUBCOMMANDS = tuple(
    (names, f"{_MODULE}.{names.partition('|')[0]}")
    for names in (
        "clusterrole",
        "clusterrolebinding",
        "configmap|cm",
        "cronjob|cj",
        "deployment|deploy",
        "ingress|ing",
        "job",
        "namespace|ns",
        "poddisruptionbudget|pdb",
        "priorityclass|pc",
        "quota|resourcequota",
        "role",
        "rolebinding",
        "secret",
        "service|svc",
        "serviceaccount|sa",
        "token",
    )
)


class Options(NamedTuple):
    """What to create, and how."""

    flags: Parsed
    dry_run: str
    validation: str
    save_config: bool
    printer: Printer


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    if flags.args:
        raise UsageError(f"Unexpected args: [{' '.join(flags.args)}]")
    dry_run = get_dry_run(flags, factory)
    validation = get_validation(flags)
    return Options(flags, dry_run, validation, flags["save-config"], make_result_printer(flags, "created", dry_run))


def validate(options: Options) -> None:
    """Refuse combinations that mean nothing."""
    require_files(options.flags)
    if options.flags["raw"]:
        if options.flags["edit"]:
            raise CliError("--raw and --edit are mutually exclusive")
        check_raw(options.flags)


def run(flags: Parsed, factory: Factory) -> int:
    """Create every object of the manifests, going on after one that fails."""
    options = complete(flags, factory)
    validate(options)
    if flags["raw"]:
        send_raw(factory, "POST", flags["raw"], flags["filename"][0])
        return 0
    infos = visit_files(factory, flags, options.validation)
    writer = Writer(factory, flags["field-manager"], options.dry_run, options.validation)
    if flags["edit"]:
        return edit_all(infos, options, factory, writer)
    if not visit(factory, infos, lambda info: create_one(info, options, writer, factory)):
        raise CliError("no objects passed to create")
    return 0


def create_one(info: Info, options: Options, writer: Writer, factory: Factory) -> Callable[[], None]:
    """Create one object, or only look at it with --dry-run=client; returns what shows it. Raises StatusError."""
    obj = info.object or {}
    obj = with_cause(options.flags, make_modified(obj)[0] if options.save_config else update_if_present(obj))
    if options.dry_run != "client":
        try:
            obj = writer.create(info, obj)
        except StatusError as error:
            raise add_source(error, "creating", info.source) from error
    return partial(options.printer.print_obj, obj, factory.streams.stdout)


def edit_all(infos: Iterator[Info | Exception], options: Options, factory: Factory, writer: Writer) -> int:
    """Open each object in an editor and create what comes out of it. Raises StatusError, CliError."""
    from minikube_py.cli_runtime.editing import Rejected, Session, make_format

    def save(edited: list[Info]) -> list[Rejected]:
        for info in edited:
            obj = info.object or {}
            obj = with_cause(options.flags, make_modified(obj)[0] if options.save_config else obj)
            options.printer.print_obj(writer.create(info, obj), factory.streams.stdout)
        return []

    shown = make_format(options.flags)
    for info in infos:
        if isinstance(info, Exception):
            raise info
        if code := Session(factory, shown, save, options.validation).run([info]):
            return code
    return 0


VERB = Verb(
    "create",
    "Make new objects, from manifests or by name",
    run,
    FLAGS,
    "-f FILENAME",
    "Creates the objects that manifests describe, YAML or JSON. The sub-commands make an object out of flags.",
    EXAMPLES,
    subcommands=SUBCOMMANDS,
)
