"""--raw: a request to any path of the API, its body from a file, its answer shown as it comes."""

from __future__ import annotations

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.component_base.os_errors import tell_os_error


def check_raw(flags: Parsed, *, needs_file: bool = True) -> None:
    """Refuse what --raw cannot be combined with. Raises CliError."""
    names = flags["filename"]
    if len(names) > 1 or (needs_file and not names):
        raise CliError("--raw can only use a single local file or stdin")
    if names and names[0].startswith(("http://", "https://")):
        raise CliError("--raw cannot read from a url")
    if flags["recursive"]:
        raise CliError("--raw and --recursive are mutually exclusive")
    if flags.values.get("selector"):
        raise CliError("--raw and --selector (-l) are mutually exclusive")
    if flags["output"]:
        raise CliError("--raw and --output are mutually exclusive")
    check_path(flags["raw"])


def check_path(path: str) -> None:
    """Refuse what is no path. Raises CliError."""
    if not path.startswith("/"):
        raise CliError(f'--raw must be a valid URL path: parse "{path}": invalid URI for request')


def send_raw(factory: Factory, method: str, path: str, filename: str = "") -> None:
    """Send a request with a file's content and print what comes back. Raises StatusError, CliError."""
    body = _read(factory, filename) if filename else b""
    out = factory.streams.stdout
    for part in factory.client().raw(method, path, body):
        out.write(part.decode("utf-8", "replace"))
        out.flush()


def _read(factory: Factory, filename: str) -> bytes:
    if filename == "-":
        return factory.streams.stdin.buffer.read()
    try:
        with open(filename, "rb") as file:
            return file.read()
    except OSError as error:
        raise CliError(f"open {filename}: {tell_os_error(error)}") from error
