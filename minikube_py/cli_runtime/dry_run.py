"""--dry-run and --validate: what a write is told besides the object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.klog import warn_log

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

DRY_RUN_FLAG = flag(
    "dry-run",
    default="none",
    bare="unchanged",
    help="none; client only shows what would be sent; server lets the server check it, keeping nothing",
)
VALIDATE_FLAG = flag(
    "validate",
    default="strict",
    bare="strict",
    help="Unknown fields: strict refuses them, warn tells of them, ignore drops them",
)

_DIRECTIVES = {"strict": "Strict", "true": "Strict", "warn": "Warn", "ignore": "Ignore", "false": "Ignore"}
_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_FALSE = ("0", "f", "F", "FALSE", "false", "False")


def get_dry_run(flags: Parsed, factory: Factory) -> str:
    """Return none, client or server. Warns of the forms that kubectl has given up; raises CliError."""
    given: str = flags["dry-run"]
    if given in ("none", "client", "server"):
        return given
    if given == "unchanged":
        warn_log(factory, 703, "--dry-run is deprecated and can be replaced with --dry-run=client.")
        return "client"
    if given not in (*_TRUE, *_FALSE):
        raise CliError(f'Invalid dry-run value ({given}). Must be "none", "server", or "client".')
    meant, line = ("client", 717) if given in _TRUE else ("none", 720)
    warn_log(factory, line, f"--dry-run={given} is deprecated (boolean value) and can be replaced with --dry-run={meant}.")
    return meant


def get_validation(flags: Parsed) -> str:
    """Return the fieldValidation parameter that --validate stands for. Raises CliError."""
    given: str = flags["validate"]
    directive = _DIRECTIVES.get(given.lower()) or {**dict.fromkeys(_TRUE, "Strict"), **dict.fromkeys(_FALSE, "Ignore")}.get(
        given
    )
    if directive is None:
        raise CliError(f'invalid - validate option "{given}"; must be one of: strict (or true), warn, ignore (or false)')
    return directive
