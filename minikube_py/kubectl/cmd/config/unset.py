"""config unset: removes one value of the kubeconfig, or an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.arguments import check_count
from minikube_py.cli_runtime.config_access import get_access
from minikube_py.cli_runtime.config_property import parse_property, unset_property
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # no current context any more
  mk config unset current-context

  # no namespace in the context dev
  mk config unset contexts.dev.namespace
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Remove the value."""
    check_count(factory, VERB, "config unset", flags.args, [1])
    path = flags.args[0]
    if not path:
        raise CliError("you must specify a property")
    wanted = parse_property(path)
    get_access(factory).modify(lambda config: unset_property(config, wanted), relativize=False)
    factory.write(f"Property {quote(path)} unset.\n")


VERB = Verb(
    "unset",
    "Remove one value of the kubeconfig",
    run,
    usage="PROPERTY_NAME",
    long="Removes one value, an entry or a section. PROPERTY_NAME is a path with dots, as for config set.",
    examples=EXAMPLES,
)
