"""Removing an entry from the kubeconfig: what delete-cluster, delete-context and delete-user share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.config_access import Config, get_access
from minikube_py.cli_runtime.errors import CliError

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory


def _say_nothing(config: Config) -> None:
    return None


def delete_entry(factory: Factory, kind: str, name: str, before: Callable[[Config], None] = _say_nothing) -> None:
    """Remove the entry of a kind (cluster, context or user), and tell. `before` sees the kubeconfig that still has it. Raises CliError."""
    access = get_access(factory)

    def delete(config: Config) -> None:
        entries = config.sections[f"{kind}s"]
        if name not in entries:
            raise CliError(f"cannot delete {kind} {name}, not in {access.default_filename}")
        before(config)
        del entries[name]

    access.modify(delete)
    factory.write(f"deleted {kind} {name} from {access.default_filename}\n")
