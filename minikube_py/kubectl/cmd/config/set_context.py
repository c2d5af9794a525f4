"""config set-context: makes a context or changes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.arguments import check_count
from minikube_py.cli_runtime.config_access import Config, get_access
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # work in the namespace dev from now on
  mk config set-context --current --namespace=dev

  # a context of its own for that
  mk config set-context dev --cluster=minikube --user=minikube --namespace=dev
"""

FLAGS = (
    flag("current", default=False, help="Change the current context"),
    flag("cluster", help="Cluster that the context leads to"),
    flag("user", help="User that the context acts as"),
    flag("namespace", help="Namespace that the context works in"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Write the context."""
    check_count(factory, VERB, "config set-context", flags.args, [0, 1])
    name = flags.args[0] if flags.args else ""
    if not name and not flags["current"]:
        raise CliError("you must specify a non-empty context name or --current")
    if name and flags["current"]:
        raise CliError("you cannot specify both a context name and --current")
    changes = {key: flags[key] for key in ("cluster", "user", "namespace") if flags.changed(key)}
    done: list[str] = []

    def change(config: Config) -> None:
        target = name or config.current_context
        if not target:
            raise CliError("no current context is set")
        done.append(f"Context {quote(target)} {'modified' if target in config.contexts else 'created'}.\n")
        config.contexts[target] = {"cluster": "", "user": "", **config.contexts.get(target, {}), **changes}

    get_access(factory).modify(change)
    factory.write(done[0])


VERB = Verb(
    "set-context",
    "Write a context into the kubeconfig",
    run,
    FLAGS,
    "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
    "Makes a context, or changes in one what the flags say.",
    EXAMPLES,
)
