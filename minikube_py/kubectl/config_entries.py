"""Entries of the kubeconfig: what the verbs that list names, and those that delete, share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.config_access import Config, get_access
from minikube_py.cli_runtime.errors import CliError

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.flags import Parsed


def _say_nothing(config: Config) -> None:
    return None


def print_names(flags: Parsed, factory: Factory, *, section: str) -> None:
    """Print the names of a section's entries (clusters, contexts or users), in order, under a heading."""
    names = sorted(get_access(factory).load().sections[section])
    factory.write("".join(f"{name}\n" for name in ["NAME", *names]))


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
