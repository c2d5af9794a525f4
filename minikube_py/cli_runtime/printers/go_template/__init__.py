"""`-o go-template`: Go's text/template over an object, with kubectl's functions."""

from __future__ import annotations

from typing import Any, TextIO

from minikube_py.apimachinery.gosyntax import format_go_value, format_json_number
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.go_format import encode_json, quote
from minikube_py.cli_runtime.printers.go_template.executor import Program, execute
from minikube_py.cli_runtime.printers.go_template.functions import FUNCTIONS
from minikube_py.cli_runtime.printers.go_template.nodes import TemplateError
from minikube_py.cli_runtime.printers.go_template.parser import parse

__all__ = ["GoTemplatePrinter", "TemplateError"]


class GoTemplatePrinter:
    """Prints objects through a template. TemplateError is raised at once where it cannot be read."""

    def __init__(self, template: str, allow_missing_keys: bool = True) -> None:
        self._program = Program("output", template, parse("output", template, FUNCTIONS), not allow_missing_keys)

    def print_obj(self, obj: dict[str, Any], out: TextIO) -> None:
        """Print the object. Where it does not fit, say so on `out`, with the template and the object, and raise CliError."""
        value = _normalize(obj)
        try:
            execute(self._program, value, out)
        except TemplateError as error:
            text = self._program.text
            out.write(
                f"Error executing template: {error}. Printing more information for debugging the template:\n"
                f"\ttemplate was:\n\t\t{text}\n"
                f"\traw data was:\n\t\t{encode_json(obj)}\n"
                f"\tobject given to template engine was:\n\t\t{format_go_value(value)}\n\n"
            )
            raise CliError(f"error executing template {quote(text)}: {error}") from None


def _normalize(value: Any) -> Any:
    """Return a value as it is read back from JSON, where a float without a fraction is an integer."""
    if isinstance(value, dict):
        return {key: _normalize(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_normalize(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
        return value
    text = format_json_number(float(value))
    if text.lstrip("-").isdigit() and -(1 << 63) <= int(text) < 1 << 63:
        return int(text)
    return float(value)
