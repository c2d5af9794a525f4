"""apply set-last-applied: makes a manifest count as what was applied last, changing nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.last_applied import ANNOTATION, encode_go, get_original
from minikube_py.cli_runtime.resource_builder import MISSING_RESOURCE, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import visit, visit_files
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import MERGE_PATCH

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # the next apply compares with this file
  mk apply set-last-applied -f web.yaml

  # also where there is no annotation yet
  mk apply set-last-applied -f web.yaml --create-annotation
"""

FLAGS = (
    flag("filename", "f", kind="slice", help="File, folder or URL of manifests; - is stdin"),
    flag("create-annotation", default=False, help="Make the annotation where there is none"),
    *RESULT_FLAGS,
    DRY_RUN_FLAG,
)


def run(flags: Parsed, factory: Factory) -> None:
    """Set the annotation of every object, if all can have it."""
    dry_run = get_dry_run(flags, factory)
    printer = make_result_printer(flags, "configured", dry_run)
    if not flags["filename"]:
        raise CliError(MISSING_RESOURCE)
    files = Parsed((flag("filename", kind="slice"), flag("kustomize"), flag("recursive", default=False)))
    files.values["filename"] = flags["filename"]
    writer = Writer(factory, "", dry_run)
    changes: list[tuple[Info, Object, Object]] = []
    visit(factory, visit_files(factory, files), partial(look, factory, writer, flags["create-annotation"], changes))
    for info, patch, current in changes:
        obj = current if dry_run == "client" else writer.patch(info, patch, MERGE_PATCH)
        printer.print_obj(obj, factory.streams.stdout)


def look(
    factory: Factory, writer: Writer, create: bool, changes: list[tuple[Info, Object, Object]], info: Info
) -> Callable[[], None] | None:
    """Note what would change in one object. Raises NotFound, CliError."""
    text = encode_go(info.object, sort_keys=True) + "\n"
    current = writer.get(info)
    original = get_original(current)
    if original is None and not create:
        raise CliError(
            f"no last-applied-configuration annotation found on resource: {info.name}, to create the annotation, "
            "run the command with --create-annotation"
        )
    if original is not None and original.strip() == text.strip():
        return partial(factory.write, f"set-last-applied {info.name}: no changes required.\n")
    changes.append((info, {"metadata": {"annotations": {ANNOTATION: text}}}, current))
    return None


VERB = Verb(
    "set-last-applied",
    "Take files for what was last applied",
    run,
    FLAGS,
    "-f FILENAME",
    "Sets the annotation with which the next apply compares to what a manifest says. Nothing else of the object changes.",
    EXAMPLES,
)
