"""apply view-last-applied: shows what was applied last."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.last_applied import HTML_ESCAPES, get_original
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.selected import Want, visit_selected
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.cli_runtime.visitor import visit

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # what was applied last, as YAML or JSON
  mk apply view-last-applied deployment/web
  mk apply view-last-applied -f web.yaml -o json
"""

FLAGS = (
    *FILENAME_FLAGS,
    flag("output", "o", "yaml", "Format: yaml or json"),
    flag("all", default=False, help="All objects of the types, in the namespace"),
    flag("selector", "l", help="Only what has these labels"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Show the annotation of every object that was chosen and has it."""
    texts: list[str] = []

    def note(info: Info) -> Callable[[], None] | None:
        text = get_original(info.object or {})
        if text is not None:
            texts.append(text)
        elif info.source:  # kubectl tells of it only where it has a file to name
            why = f"no last-applied-configuration annotation found on resource: {info.name}\n"
            raise CliError(f'error when {why} "{info.source}": <nil>')
        return None

    visit(factory, visit_selected(factory, flags, flags.args, Want()), note)
    for text in texts:
        factory.write(format_text(text, flags["output"]))


def format_text(text: str, output: str) -> str:
    """Return the annotation's JSON in another format. Raises UsageError."""
    if output == "json":
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False).translate(HTML_ESCAPES) + "\n"
    if output == "yaml":
        from minikube_py.cli_runtime.printers.yaml import encode_yaml

        return encode_yaml(json.loads(text))
    raise UsageError(f"Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json")


VERB = Verb(
    "view-last-applied",
    "Show what was last applied to objects",
    run,
    FLAGS,
    "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
    "Shows the configuration that apply keeps in an annotation, with which the next apply compares.",
    EXAMPLES,
)
