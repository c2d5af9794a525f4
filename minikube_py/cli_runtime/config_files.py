"""Files of certificates and keys whose content a kubeconfig takes in."""

from __future__ import annotations

from collections.abc import Sequence

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.component_base.os_errors import tell_os_error


def check_embeddable(flags: Parsed, names: Sequence[str]) -> None:
    """Raise CliError where none of the flags `names` names a file, or a file is not there."""
    import os

    if not any(flags[name] for name in names):
        raise CliError(f"you must specify a {' or '.join(f'--{name}' for name in names)} to embed")
    for name in names:
        path = flags[name]
        try:
            if path:
                os.stat(path)
        except OSError as error:
            why = tell_os_error(error)
            raise CliError(f"could not stat {name} file {path}: stat {path}: {why}") from error


def embed_file(path: str) -> str:
    """Return a file's content in base64. Raises CliError where it cannot be read."""
    import base64

    try:
        with open(path, "rb") as file:
            return base64.b64encode(file.read()).decode()
    except OSError as error:
        raise CliError(f"open {path}: {tell_os_error(error)}") from error
