"""kubectl's jsonpath: `-o jsonpath`, `--sort-by`, custom columns and `wait --for=jsonpath` all read paths here."""

from __future__ import annotations

import re
from typing import Any, TextIO

from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.apimachinery.jsonpath.evaluator import Evaluation
from minikube_py.apimachinery.jsonpath.nodes import JSONPathError, Template
from minikube_py.apimachinery.jsonpath.parser import parse_template
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.go_format import encode_json, format_syntax, quote

__all__ = ["JSONPath", "JSONPathError", "JSONPathPrinter", "relaxed_jsonpath"]

_RELAXED = re.compile(r"\{\.?([^{}]+)\}\Z|\.?([^{}]+)\Z")


class JSONPath:
    """A template, read once and found in many values.

    `allow_missing_keys`: a field that is not there has no results, rather than being an error.
    """

    def __init__(self, name: str, allow_missing_keys: bool = False) -> None:
        self._name = name
        self._template: Template | None = None
        self.allow_missing_keys = allow_missing_keys
        self.output_json = False

    def parse(self, text: str) -> JSONPath:
        """Read the template; JSONPathError where it cannot be. Returns itself."""
        self._template = parse_template(text)
        return self

    def find(self, value: Any) -> list[list[Any]]:
        """Return the results of each part of the template, texts among them; JSONPathError where it does not fit."""
        if self._template is None:
            raise JSONPathError(f"{self._name} is an incomplete jsonpath template")
        return Evaluation(self._template, self.allow_missing_keys).find(value)

    def execute(self, value: Any, out: TextIO) -> None:
        """Write the results: those of one part with spaces between, maps and lists as JSON; or all as lists of JSON."""
        for results in self.find(value):
            if self.output_json:
                out.write(encode_json(results, "    ") + "\n")
            else:
                out.write(" ".join([_format(result) for result in results]))


class JSONPathPrinter:
    """Prints objects through a template. JSONPathError is raised at once where it cannot be read."""

    def __init__(self, template: str, allow_missing_keys: bool = True, output_json: bool = False) -> None:
        self._text = template
        self._path = JSONPath("out", allow_missing_keys).parse(template)
        self._path.output_json = output_json

    def print_obj(self, obj: dict[str, Any], out: TextIO) -> None:
        """Print the object; CliError, with the template and the object in it, where they do not fit."""
        try:
            self._path.execute(obj, out)
        except JSONPathError as error:
            raise CliError(
                f"error executing jsonpath {quote(self._text)}: Error executing template: {error}. "
                "Printing more information for debugging the template:\n"
                f"\ttemplate was:\n\t\t{self._text}\n"
                f"\tobject given to jsonpath engine was:\n\t\t{format_syntax(obj)}\n\n\n"
            ) from None


def relaxed_jsonpath(text: str) -> str:
    """Return `{.a.b}` for `a.b`, `.a.b`, `{a.b}` or `{.a.b}`; CliError for other braces. Nothing stays nothing."""
    if not text:
        return text
    match = _RELAXED.match(text)
    if match is None:
        raise CliError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return "{." + (match[1] or match[2]) + "}"


def _format(value: Any) -> str:
    if value is None:
        return "null"
    return encode_json(value) if isinstance(value, dict | list) else format_go_value(value)
