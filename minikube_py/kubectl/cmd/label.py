"""label: sets, changes and removes labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime import key_values
from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.key_values import Change, Options
from minikube_py.cli_runtime.recording import with_cause
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import make_result_printer
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import visit
from minikube_py.cli_runtime.writer import Writer

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # set a label, change it, remove it
  mk label pod web env=prod
  mk label pod web env=debug --overwrite
  mk label pod web env-

  # label all pods of the namespace; show the labels of one
  mk label pods --all seen=yes
  mk label pod web --list
"""

FLAGS = (*key_values.PAIR_FLAGS, flag("field-manager", default="kubectl-label", help="Name under which the fields are managed"))


def parse_labels(pairs: Sequence[str]) -> Change:
    """Return the change that `key=value` and `key-` ask for. Raises CliError."""
    from minikube_py.apimachinery.names import is_valid_label_value

    new: dict[str, str] = {}
    remove: list[str] = []
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            remove.append(pair[:-1])
        elif "=" in value:
            raise CliError(f"invalid label spec: {pair}")
        elif problems := is_valid_label_value(value):
            raise CliError(f'invalid label value: "{pair}": {";".join(problems)}')
        else:
            new[key] = value
    if any(key in new for key in remove):
        raise CliError("can not both modify and remove a label in the same command")
    return Change(new, remove)


def validate(options: Options) -> None:
    """Refuse combinations that mean nothing."""
    key_values.check_flags(options.flags, options.resources, options.dry_run, ("pod.yaml", "pod.json"))
    if not options.change.new and not options.change.remove and not options.flags["list"]:
        raise CliError("at least one label update is required")


def run(flags: Parsed, factory: Factory) -> None:
    """Label what was chosen."""
    options = key_values.complete(flags, factory, "label", parse_labels)
    validate(options)
    infos, is_one = key_values.select_infos(factory, flags, options.resources)
    writer = None if flags["local"] else Writer(factory, flags["field-manager"], options.dry_run)
    visit(factory, infos, partial(label_one, options, factory, writer, is_one))


def label_one(options: Options, factory: Factory, writer: Writer | None, is_one: bool, info: Info) -> Callable[[], None]:
    """Change the labels of one object; returns what tells of it. Raises CliError, StatusError."""
    flags = options.flags
    obj = info.object or {}
    labels = obj["metadata"].get("labels") or {}
    if not flags["overwrite"]:
        refuse_overwrites(labels, options.change.new)
    version = flags["resource-version"]
    sends = writer is not None and not flags["list"] and options.dry_run != "client"
    recorded = with_cause(flags, obj) if sends else obj
    changed, added, removed = key_values.apply_change(recorded, "labels", options.change, version)
    if flags["list"]:
        return key_values.show_list(factory, info._replace(object=changed), "labels", is_one=is_one)
    told = ""
    if writer is not None and sends:
        told = "".join(f'label "{key}" not found.\n' for key in options.change.remove if key not in labels)
        if added or removed or recorded != obj:
            key_values.send_change(writer, info, changed, version)
    operation = name_operation(obj["metadata"].get("labels"), changed["metadata"]["labels"], overwrite=flags["overwrite"])
    printer = make_result_printer(flags, operation, options.dry_run)

    def show() -> None:
        factory.write(told)
        printer.print_obj(changed, factory.streams.stdout)

    return show


def refuse_overwrites(labels: Object, new: Any) -> None:
    """Raise CliError for labels that have another value."""
    problems = [
        CliError(f"'{key}' already has a value ({labels[key]}), and --overwrite is false")
        for key, value in new.items()
        if labels.get(key, value) != value
    ]
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise AggregateError(problems)


def name_operation(before: Object | None, after: Object, *, overwrite: bool) -> str:
    """Return what happened to the labels. kubectl 1.33 goes by the object's length where labels came and went."""
    if before == after:
        return "not labeled"
    shorter = measure(after) < measure(before)
    return "unlabeled" if shorter and not overwrite else "labeled"


def measure(labels: Object | None) -> int:
    """Return how much room labels take as JSON, 0 where there is no such field."""
    if labels is None:
        return 0
    entries = ",".join(f'"{key}":"{value}"' for key, value in labels.items())
    return len(f'"labels":{{{entries}}},'.encode())


VERB = Verb(
    "label",
    "Set labels of objects or take them off",
    run,
    FLAGS,
    "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
    "Sets labels (KEY=VALUE) and removes them (KEY-). Keys and values begin and end with a letter or digit; values have at most 63 characters.",
    EXAMPLES,
)
