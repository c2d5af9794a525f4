"""config set: one value of the kubeconfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.arguments import check_count
from minikube_py.cli_runtime.config_access import get_access
from minikube_py.cli_runtime.config_property import parse_property, set_property
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # another server for the cluster minikube
  mk config set clusters.minikube.server https://1.2.3.4

  # a certificate, as it is
  mk config set clusters.minikube.certificate-authority-data "$(cat ca.crt)" --set-raw-bytes=true
"""

FLAGS = (flag("set-raw-bytes", default=False, help="Take the value for certificates and keys as it is, not as base64"),)


def run(flags: Parsed, factory: Factory) -> None:
    """Write the value."""
    check_count(factory, VERB, "config set", flags.args, [2])
    path, value = flags.args
    if not value:
        raise CliError("you cannot use set to unset a property")
    if not path:
        raise CliError("you must specify a property")
    wanted = parse_property(path)
    raw = flags["set-raw-bytes"]
    get_access(factory).modify(lambda config: set_property(config, wanted, value, raw_bytes=raw), relativize=False)
    factory.write(f"Property {quote(path)} set.\n")


VERB = Verb(
    "set",
    "Write one value of the kubeconfig",
    run,
    FLAGS,
    "PROPERTY_NAME PROPERTY_VALUE",
    "Sets one value. PROPERTY_NAME is a path with dots: section, name, field; certificates and keys are given in base64.",
    EXAMPLES,
)
