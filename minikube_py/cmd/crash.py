"""What a user sees of an error nobody foresaw: one line, and where the whole report is kept."""

from __future__ import annotations

import os
import traceback

from minikube_py.client.kubeconfig import home
from minikube_py.component_base.os_errors import tell_os_error
from minikube_py.storage.interface import StorageError


def describe_crash(error: Exception) -> tuple[str, int]:
    """Return text and exit code; the traceback goes to a file in the clusters' home, or to stderr with MINIKUBE_PY_DEBUG=1."""
    if isinstance(error, StorageError | MemoryError):
        return f"error: {error or 'out of memory'}", 1
    if isinstance(error, OSError) and error.errno is not None:
        where = f"{error.filename}: " if error.filename else ""
        return f"error: {where}{tell_os_error(error)}", 1
    report = "".join(traceback.format_exception(error))
    if os.environ.get("MINIKUBE_PY_DEBUG"):
        return report, 1
    try:
        path = home() / "crash.log"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as out:
            out.write(report)
        hint = f"the whole report is in {path}"
    except OSError:
        hint = "run again with MINIKUBE_PY_DEBUG=1 for the whole report"
    return f"error: internal error: {type(error).__name__}: {error} ({hint})", 1
