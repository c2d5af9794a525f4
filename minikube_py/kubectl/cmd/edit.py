"""edit: opens objects in an editor and sends what was changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.dry_run import VALIDATE_FLAG, get_validation
from minikube_py.cli_runtime.editing import Rejected, Session, make_format
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.last_applied import encode_go, make_modified
from minikube_py.cli_runtime.local_patch import find_schema
from minikube_py.cli_runtime.recording import RECORD_FLAG, with_cause
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import raise_all
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import MERGE_PATCH, STRATEGIC_MERGE_PATCH

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # edit a deployment, with the editor of $KUBE_EDITOR or $EDITOR
  mk edit deployment/web
  KUBE_EDITOR=nano mk edit deployment/web

  # as JSON; and with the change shown as a patch
  mk edit configmap settings -o json
  mk edit configmap settings --output-patch
"""

FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    VALIDATE_FLAG,
    flag("output-patch", default=False, help="Show the patch that is sent"),
    flag("save-config", default=False, help="Keep the object in the annotation that apply compares with"),
    flag("subresource", help="Edit this subresource: status"),
    flag("windows-line-endings", default=False, help="End lines as Windows does"),
    flag("field-manager", default="kubectl-edit", help="Name under which the fields are managed"),
    RECORD_FLAG,
)

CHANGED = "At least one of apiVersion, kind and name was changed"


def run(flags: Parsed, factory: Factory) -> int:
    """Edit what was chosen, all in one file."""
    infos, problems = _find(flags, factory)
    raise_all(problems)
    if not infos:
        raise CliError("edit cancelled, no objects found")
    validation = get_validation(flags)
    writer = Writer(factory, flags["field-manager"], "none", validation)
    originals = {(info.object or {})["metadata"].get("uid"): info.object or {} for info in infos}
    save = partial(save_all, flags, factory, writer, originals)
    return Session(factory, make_format(flags), save, validation).run(infos)


def _find(flags: Parsed, factory: Factory) -> tuple[list[Info], list[Exception]]:
    found = list(visit_selected(factory, flags, flags.args, Want(every=True)))
    infos = [info for info in found if isinstance(info, Info)]
    if flags["subresource"]:
        reader = Writer(factory, "")
        infos = [info._replace(object=reader.get(info, flags["subresource"])) for info in infos]
    return infos, [error for error in found if isinstance(error, Exception)]


def save_all(
    flags: Parsed, factory: Factory, writer: Writer, originals: dict[str, Object], infos: list[Info]
) -> list[Rejected]:
    """Send the changes of every object; return what was rejected. Raises CliError for changes that no patch can make."""
    rejected: list[Rejected] = []
    for info in infos:
        obj = info.object or {}
        original = originals.get(obj["metadata"].get("uid", ""))
        if original is None:
            raise CliError(f"no original object found for {info.label()}")
        saved = make_modified(_with_managed_fields(obj, original))[0] if flags["save-config"] else obj
        edited = with_cause(flags, saved)
        patch, content_type = make_patch(info, _without_managed_fields(original), _without_managed_fields(edited))
        if not patch:
            make_result_printer(flags, "skipped").print_obj(obj, factory.streams.stdout)
            continue
        if flags["output-patch"]:
            factory.write(f"Patch: {encode_go(patch, sort_keys=True)}\n")
        try:
            stored = writer.patch(info, patch, content_type, flags["subresource"])
        except StatusError as error:
            rejected.append(Rejected(error, info))
            continue
        make_result_printer(flags, "edited").print_obj(stored, factory.streams.stdout)
    return rejected


def make_patch(info: Info, original: Object, edited: Object) -> tuple[Object, str]:
    """Return the patch and its content type. Raises CliError where what the object is was changed."""
    from minikube_py.apimachinery.patch.errors import PatchError
    from minikube_py.apimachinery.patch.merge import create_merge_patch
    from minikube_py.apimachinery.patch.strategic import create_two_way_merge_patch

    schema = find_schema(info.resource)
    try:
        patch = create_two_way_merge_patch(original, edited, schema) if schema else create_merge_patch(original, edited)
    except PatchError as error:
        raise CliError(str(error)) from error
    if "apiVersion" in patch or "kind" in patch or "name" in patch.get("metadata", {}):
        raise CliError(CHANGED)
    return patch, STRATEGIC_MERGE_PATCH if schema else MERGE_PATCH


def _with_managed_fields(obj: Object, original: Object) -> Object:
    """Return an object with what was left out of it in the editor."""
    entries = original["metadata"].get("managedFields")
    return {**obj, "metadata": {**obj["metadata"], "managedFields": entries}} if entries else obj


def _without_managed_fields(obj: Object) -> Object:
    return {**obj, "metadata": {key: value for key, value in obj["metadata"].items() if key != "managedFields"}}


VERB = Verb(
    "edit",
    "Change objects in your editor",
    run,
    FLAGS,
    "(RESOURCE/NAME | -f FILENAME)",
    "Opens objects in an editor and sends what was changed. What the server does not take comes back with the reasons on top.",
    EXAMPLES,
)
