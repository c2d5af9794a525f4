"""annotate: sets, changes and removes annotations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime import key_values
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.key_values import Change, Options
from minikube_py.cli_runtime.recording import CHANGE_CAUSE, with_cause
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import make_result_printer
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import visit
from minikube_py.cli_runtime.writer import Writer

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.printers.managed_fields import Printer

Object = dict[str, Any]

EXAMPLES = """
  # set an annotation, change it, remove it
  mk annotate pod web example.com/owner='team blue'
  mk annotate pod web example.com/owner='team red' --overwrite
  mk annotate pod web example.com/owner-

  # tell in a deployment's history why it changed
  mk annotate deployment web kubernetes.io/change-cause='nginx 1.27'
"""

FLAGS = (
    *key_values.PAIR_FLAGS,
    flag("field-manager", default="kubectl-annotate", help="Name under which the fields are managed"),
)


def parse_annotations(pairs: Sequence[str]) -> Change:
    """Return the change that `key=value` and `key-` ask for. Raises CliError."""
    if wrong := [pair for pair in pairs if pair in ("=", "-")]:
        raise CliError(f"invalid annotation format: {', '.join(wrong)}")
    new = {key: value for key, equals, value in (pair.partition("=") for pair in pairs) if equals}
    return Change(new, [pair[:-1] for pair in pairs if "=" not in pair])


def validate(options: Options) -> None:
    """Refuse combinations that mean nothing."""
    key_values.check_flags(options.flags, options.resources, options.dry_run, ("rsrc.yaml", "rsrc.json"))
    new, remove = options.change
    if not new and not remove and not options.flags["list"]:
        raise CliError("at least one annotation update is required")
    if both := [key for key in remove if key in new]:
        names = ", ".join(both)
        raise CliError(f"can not both modify and remove the following annotation(s) in the same command: {names}")


def run(flags: Parsed, factory: Factory) -> None:
    """Annotate what was chosen."""
    options = key_values.complete(flags, factory, "annotation", parse_annotations)
    validate(options)
    printer = make_result_printer(flags, "annotated", options.dry_run)
    infos, is_one = key_values.select_infos(factory, flags, options.resources)
    writer = None if flags["local"] else Writer(factory, flags["field-manager"], options.dry_run)

    def annotate(info: Info) -> Callable[[], None]:
        changed = annotate_one(options, writer, info)
        if flags["list"]:
            return key_values.show_list(factory, info._replace(object=changed), "annotations", is_one=is_one)
        return partial(_print, printer, changed, factory)

    visit(factory, infos, annotate)


def _print(printer: Printer, obj: Object, factory: Factory) -> None:
    printer.print_obj(obj, factory.streams.stdout)


def annotate_one(options: Options, writer: Writer | None, info: Info) -> Object:
    """Change the annotations of one object and return it. Raises CliError, StatusError."""
    flags = options.flags
    obj = info.object or {}
    if not flags["overwrite"]:
        refuse_overwrites(obj["metadata"].get("annotations") or {}, options.change.new)
    version = flags["resource-version"]
    sends = writer is not None and not flags["list"] and options.dry_run != "client"
    recorded = with_cause(flags, obj) if sends else obj
    changed, _, _ = key_values.apply_change(recorded, "annotations", options.change, version)
    return key_values.send_change(writer, info, changed, version) if writer is not None and sends else changed


def refuse_overwrites(annotations: Object, new: Any) -> None:
    """Raise CliError for annotations that have another value; the change's cause may always change."""
    problems = [
        f"'{key}' already has a value ({annotations[key]})"
        for key, value in new.items()
        if key != CHANGE_CAUSE and annotations.get(key, value) != value
    ]
    if problems:
        raise CliError(f"--overwrite is false but found the following declared annotation(s): {'; '.join(problems)}")


VERB = Verb(
    "annotate",
    "Set annotations of objects or take them off",
    run,
    FLAGS,
    "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
    "Sets annotations (KEY=VALUE) and removes them (KEY-). Annotations hold what tools and people want to note; nothing selects by them.",
    EXAMPLES,
)
