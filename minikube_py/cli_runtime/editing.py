"""Editing objects in an editor, again and again until they are accepted or the user gives up: edit, create --edit, edit-last-applied."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from minikube_py.apimachinery.errors import Invalid, NotFound, StatusError
from minikube_py.cli_runtime.editor import edit_text
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.printers.managed_fields import OmitManagedFieldsPrinter
from minikube_py.cli_runtime.resource_builder import Info, flatten, make_info
from minikube_py.cli_runtime.visitor import check_types

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.flags import Parsed

Object = dict[str, Any]

OBJECT_HEADER = """# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""
ANNOTATION_HEADER = """# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
"""


class Format(NamedTuple):
    """How objects are shown in the editor: YAML below a header, or JSON."""

    json: bool = False
    header: str = OBJECT_HEADER
    windows: bool = False


def make_format(flags: Parsed, header: str = OBJECT_HEADER) -> Format:
    """Return how -o and --windows-line-endings want objects shown in the editor. Raises CliError for other formats."""
    output = flags["output"]
    if output not in ("", "json", "yaml"):
        allowed = "allowed formats are: json,yaml"
        raise CliError(f'unable to match a printer suitable for the output format "{output}", {allowed}')
    return Format(output == "json", header, flags["windows-line-endings"])


class Rejected(Exception):
    """One object that the server did not take as it was edited. `message` goes to stderr, `reasons` into the file."""

    def __init__(self, error: StatusError, info: Info) -> None:
        super().__init__(error.message)
        name = f'{info.resource.qualified} "{info.name}"'
        self.is_invalid, self.is_gone = isinstance(error, Invalid), isinstance(error, NotFound)
        self.reasons: list[str] = []
        if self.is_invalid:
            causes = (error.details or {}).get("causes") or []
            self.reasons = [f"{name} was not valid" + ":" * bool(causes)]
            self.reasons += [f"* {cause.get('field') or '<nil>'}: {cause.get('message', '')}" for cause in causes]
            self.message = f"error: {name} is invalid"
        elif self.is_gone:
            self.message = f"error: {name} could not be found on the server"
        else:
            self.message = f"error: {name} could not be patched: {error.message}"


Save = Callable[[list[Info]], list[Rejected]]


class Session:
    """One file in the editor. `save` sends the edited objects and returns those that were rejected."""

    def __init__(self, factory: Factory, shown: Format, save: Save, validation: str = "Strict") -> None:
        self._factory, self._format, self._save, self._validation = factory, shown, save, validation
        self._reasons: list[str] = []
        self._path = ""

    def run(self, infos: Sequence[Info]) -> int:
        """Edit until the objects are accepted or the user gives up; return the exit code. Raises CliError."""
        original = self._show(infos)
        text, before = original, None
        while True:
            content = self._format_header() + text
            edited = self._edit(content)
            if before is not None and strip_comments(before) == strip_comments(edited):
                self._fail(CliError("Edit cancelled, no valid changes were saved."))
            if problem := self._check(edited):
                self._reject([_invalid_file(problem, infos[0])])
                text, before = strip_comments(edited), edited
                continue
            if strip_comments(edited) == strip_comments(original):
                return self._give_up("Edit cancelled, no changes made.")
            updated = self._parse(edited)
            if updated is None:
                text, before = strip_comments(edited), edited
                continue
            try:
                rejected = self._save(updated)
            except (CliError, StatusError) as error:
                self._fail(error)
            if (code := self._finish(rejected)) is not None:
                return code
            text, before = strip_comments(edited), edited

    def _show(self, infos: Sequence[Info]) -> str:
        import io

        out = io.StringIO()
        objects = [info.object or {} for info in infos]
        one = objects[0] if len(objects) == 1 else {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": objects}
        if self._format.json:
            from minikube_py.cli_runtime.printers.json import JSONPrinter

            OmitManagedFieldsPrinter(JSONPrinter()).print_obj(one, out)
        else:
            from minikube_py.cli_runtime.printers.yaml import YAMLPrinter

            OmitManagedFieldsPrinter(YAMLPrinter()).print_obj(one, out)
        return out.getvalue()

    def _format_header(self) -> str:
        if self._format.json:
            return ""
        lines = [f"# {line}\n" for reason in self._reasons for line in reason.split("\n")]
        return self._format.header + "".join(lines) + "#\n" * bool(lines)

    def _edit(self, content: str) -> str:
        last = self._path
        if self._format.windows:
            content = content.replace("\n", "\r\n")
        self._factory.streams.stdout.flush()
        try:
            edited, self._path = edit_text(content, ".json" if self._format.json else ".yaml")
        except CliError as error:
            self._fail(error)
        if last:
            _remove(last)
        return edited.replace("\r\n", "\n")

    def _check(self, edited: str) -> str:
        """Return what is wrong with the file as such, or ""."""
        if self._validation == "Ignore":
            return ""
        from minikube_py.apimachinery.yaml_load import ManifestError, load_documents

        try:
            objects = [document.object for document in load_documents(strip_comments(edited).encode(), "edited-file")]
        except ManifestError as error:
            return str(error).removeprefix("error parsing edited-file: ").removeprefix("error converting YAML to JSON: ")
        problems = [problem for obj in objects or [None] for problem in check_types(obj)]
        return problems[0] if len(problems) < 2 and problems else f"[{', '.join(problems)}]" if problems else ""

    def _parse(self, edited: str) -> list[Info] | None:
        from minikube_py.apimachinery.yaml_load import ManifestError, load_documents

        try:
            documents = list(load_documents(edited.encode(), "edited-file"))
            return [make_info(self._factory, obj, "edited-file") for document in documents for obj in flatten(document.object)]
        except (ManifestError, CliError) as error:
            self._reasons = [f"The edited file had a syntax error: {error}"]
            return None

    def _reject(self, rejected: list[Rejected]) -> None:
        self._reasons = [reason for one in rejected for reason in one.reasons]
        for one in rejected:
            self._factory.warn(one.message)

    def _finish(self, rejected: list[Rejected]) -> int | None:
        """Tell what was rejected. Return the exit code, or None to go back to the editor."""
        self._reject(rejected)
        if any(not one.is_invalid and not one.is_gone for one in rejected):
            program = os.path.basename(sys.argv[0])
            self._factory.warn(f"You can run `{program} replace -f {self._path}` to try this update again.")
            return 1
        if any(one.is_gone for one in rejected):
            self._factory.warn(f'The edits you made on deleted resources have been saved to "{self._path}"')
            return 1
        if rejected:
            return None
        _remove(self._path)
        return 0

    def _give_up(self, message: str) -> int:
        _remove(self._path)
        self._factory.warn(message)
        return 0

    def _fail(self, error: Exception) -> NoReturn:
        if self._path and os.path.exists(self._path):
            self._factory.warn(f'A copy of your changes has been stored to "{self._path}"')
        raise error


def strip_comments(text: str) -> str:
    """Return a text without the lines that begin with `#`."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))


def _invalid_file(problem: str, info: Info) -> Rejected:
    cause = {"message": f'Invalid value: "The edited file failed validation": {problem}', "field": "<nil>"}
    return Rejected(Invalid(problem, {"causes": [cause]}), info)


def _remove(path: str) -> None:
    if os.path.exists(path):
        os.unlink(path)
