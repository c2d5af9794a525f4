"""set selector: which pods a service leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.dry_run import get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.recording import RECORD_FLAG
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import check_output
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.updates import UPDATE_FLAGS, Update, find_infos, update_all

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # lead to the pods of the new version
  mk set selector service web app=web,version=2
"""

_FLAGS = tuple(f._replace(default=True) if f.name == "recursive" else f for f in UPDATE_FLAGS if f.name != "kustomize")
FLAGS = (*_FLAGS, RECORD_FLAG, flag("resource-version", help="Only while the object is at this version"))


def parse_selector(text: str) -> Object:
    """Return a LabelSelector. Raises CliError."""
    from minikube_py.apimachinery.labels import parse_to_label_selector

    try:
        return parse_to_label_selector(text)
    except ValueError as error:
        raise CliError(str(error)) from error


def _format(expressions: list[Object]) -> str:
    parts = [f"{{{e['key']} {e['operator']} [{' '.join(e.get('values') or [])}]}}" for e in expressions]
    return f"[{' '.join(parts)}]"


def run(flags: Parsed, factory: Factory) -> None:
    """Set the selector."""
    dry_run = get_dry_run(flags, factory)
    check_output(flags)
    if not flags.args:
        raise CliError("one selector is required")
    *resources, text = flags.args
    selector = parse_selector(text)
    infos = find_infos(flags, factory, resources)

    def set_selector(info: Info, obj: Object, problems: list[Exception]) -> None:
        if info.resource.qualified != "services":
            raise CliError("setting a selector is only supported for Services")
        if selector.get("matchExpressions"):
            raise CliError(f"match expression {_format(selector['matchExpressions'])} not supported on this object")
        obj["spec"]["selector"] = dict(selector.get("matchLabels") or {})
        if flags["resource-version"]:
            obj["metadata"]["resourceVersion"] = flags["resource-version"]

    update_all(flags, factory, infos, Update(set_selector, "selector updated", "", always=True), dry_run)


VERB = Verb(
    "selector",
    "Replace the selector of a service",
    run,
    FLAGS,
    "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
    "Sets the selector of services, in place of the one they had.",
    EXAMPLES,
)
