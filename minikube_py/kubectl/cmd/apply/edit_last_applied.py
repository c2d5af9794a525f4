"""apply edit-last-applied: opens what was applied last in an editor, changing nothing else."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.dry_run import VALIDATE_FLAG, get_validation
from minikube_py.cli_runtime.editing import ANNOTATION_HEADER, Rejected, Session, make_format
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.last_applied import ANNOTATION, encode_go, get_original
from minikube_py.cli_runtime.recording import RECORD_FLAG
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import raise_all
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import MERGE_PATCH

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # change what the next apply compares with
  mk apply edit-last-applied deployment/web
"""

FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    VALIDATE_FLAG,
    flag("windows-line-endings", default=False, help="End lines as Windows does"),
    flag("field-manager", default="kubectl-client-side-apply", help="Name under which the fields are managed"),
    RECORD_FLAG,
)

NONE = (
    "no last-applied-configuration annotation found on resources, to create the annotation, "
    "use command `kubectl apply set-last-applied --create-annotation`"
)


def run(flags: Parsed, factory: Factory) -> int:
    """Edit the annotations of what was chosen, all in one file."""
    found = list(visit_selected(factory, flags, flags.args, Want(every=True)))
    raise_all([error for error in found if isinstance(error, Exception)])
    infos = [
        info._replace(object=json.loads(text))
        for info in found
        if isinstance(info, Info) and (text := get_original(info.object or {})) is not None
    ]
    if not infos:
        raise CliError(NONE)
    validation = get_validation(flags)
    writer = Writer(factory, flags["field-manager"], "none", validation)
    originals = {(info.resource.kind, info.namespace, info.name): info.object or {} for info in infos}
    shown = make_format(flags, ANNOTATION_HEADER)
    return Session(factory, shown, partial(save_all, flags, factory, writer, originals), validation).run(infos)


def save_all(
    flags: Parsed, factory: Factory, writer: Writer, originals: dict[tuple[str, str, str], Object], infos: list[Info]
) -> list[Rejected]:
    """Set the annotations that were changed. Raises CliError, StatusError."""
    for info in infos:
        obj = info.object or {}
        original = originals.get((info.resource.kind, info.namespace, info.name))
        if original is None:
            raise CliError(f"no original object found for {info.label()}")
        operation = "skipped"
        if original != obj:
            operation = "edited"
            text = encode_go(obj, sort_keys=True) + "\n"
            writer.patch(info, {"metadata": {"annotations": {ANNOTATION: text}}}, MERGE_PATCH)
        make_result_printer(flags, operation).print_obj(obj, factory.streams.stdout)
    return []


VERB = Verb(
    "edit-last-applied",
    "Edit what was last applied to objects",
    run,
    FLAGS,
    "(RESOURCE/NAME | -f FILENAME)",
    "Opens the configuration that apply keeps in an annotation in an editor. Nothing else of the object changes.",
    EXAMPLES,
)
