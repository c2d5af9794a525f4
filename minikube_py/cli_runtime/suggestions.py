"""What the writer of a manifest probably meant: lines under an error, shown only where somebody looks at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import CliError

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.resource_builder import Info


UNKNOWN_FIELD = 'unknown field "([^"]+)"'
UNDECLARED_FIELD = r"\.(\S+): field not declared in schema"  # server-side apply's


def suggest_fields(factory: Factory, info: Info, error: Exception) -> Exception:
    """Return the error with a line `did you mean "labels"?` for each unknown field that is near to a known one."""
    if not isinstance(error, StatusError) or not factory.streams.stderr.isatty():
        return error
    import re

    from minikube_py.apimachinery import schema
    from minikube_py.apimachinery.decode import suggest_field
    from minikube_py.apis import catalog

    found = re.findall(UNKNOWN_FIELD, error.message) + re.findall(UNDECLARED_FIELD, error.message)
    kind = catalog.find_by_kind(info.resource.group, info.resource.kind, info.resource.version) if found else None
    if kind is None:
        return error
    fields = [re.sub(r"\[[^]]*\]", "[0]", field) for field in found]
    close = [close for field in fields if (close := suggest_field(schema.load(kind.schema), field))]
    return _add_lines(error, [f'did you mean "{name}"?' for name in dict.fromkeys(close)])


def _add_lines(error: StatusError, lines: list[str]) -> StatusError:
    """Return the error with lines below; of an Invalid not the message is shown, but the causes."""
    details = error.details
    causes = (details or {}).get("causes")
    if causes and lines:
        last = {**causes[-1], "message": "\n".join([causes[-1]["message"], *lines])}
        details = {**(details or {}), "causes": [*causes[:-1], last]}
    return type(error)("\n".join([error.message, *lines]), details)


def suggest_space(factory: Factory, source: str, error: CliError) -> CliError:
    """Return the error about a file that cannot be read with the lines where a dash has no space behind it (`-image: nginx`)."""
    if not error.message.startswith("error parsing ") or not factory.streams.stderr.isatty():
        return error
    import re
    from pathlib import Path

    path = Path(source)
    lines = path.read_text(errors="replace").splitlines() if path.is_file() else []
    found = [(number, m[1]) for number, line in enumerate(lines, start=1) if (m := re.match(r"\s*-([A-Za-z]\w*):(\s|$)", line))]
    hints = [f'line {number}: did you mean "- {name}"?' for number, name in found]
    return CliError("\n".join([error.message, *hints]), error.exit_code, prefix=error.prefix) if hints else error
