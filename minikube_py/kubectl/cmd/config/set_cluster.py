"""config set-cluster: makes a cluster entry or changes one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.arguments import check_count
from minikube_py.cli_runtime.config_access import Config, get_access
from minikube_py.cli_runtime.config_files import check_embeddable, embed_file
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # where the cluster e2e is
  mk config set-cluster e2e --server=https://1.2.3.4

  # take its certificate authority into the kubeconfig
  mk config set-cluster e2e --embed-certs --certificate-authority=ca.crt
"""

FLAGS = (
    flag("server", help="Address of the cluster"),
    flag("tls-server-name", help="Name to expect in its certificate"),
    flag("insecure-skip-tls-verify", default=False, help="Do not check its certificate"),
    flag("certificate-authority", help="File of its certificate authority"),
    flag("embed-certs", default=False, help="Take the file's content into the kubeconfig"),
    flag("proxy-url", help="Address of the proxy to go through"),
)


def validate(name: str, flags: Parsed) -> None:
    """Refuse flags that do not go together. Raises CliError."""
    if not name:
        raise CliError("you must specify a non-empty cluster name")
    if flags["insecure-skip-tls-verify"] and flags["certificate-authority"]:
        raise CliError("you cannot specify a certificate authority and insecure mode at the same time")
    if flags["embed-certs"]:
        check_embeddable(flags, ("certificate-authority",))


def change_cluster(cluster: Object, flags: Parsed) -> Object:
    """Return the entry with what the flags say."""
    result = dict(cluster)
    if flags.changed("server"):
        result |= {"server": flags["server"], "tls-server-name": ""}
    if flags.changed("tls-server-name"):
        result["tls-server-name"] = flags["tls-server-name"]
    # kubectl 1.33 takes an absent flag for --insecure-skip-tls-verify=false
    result["insecure-skip-tls-verify"] = flags["insecure-skip-tls-verify"]
    if flags["insecure-skip-tls-verify"]:
        result |= {"certificate-authority": "", "certificate-authority-data": ""}
    if flags.changed("certificate-authority"):
        path = flags["certificate-authority"]
        if flags["embed-certs"]:
            result |= {"certificate-authority": "", "certificate-authority-data": embed_file(path)}
        else:
            result |= {"certificate-authority": os.path.abspath(path), "certificate-authority-data": ""}
        result["insecure-skip-tls-verify"] = False
    if flags.changed("proxy-url"):
        result["proxy-url"] = flags["proxy-url"]
    return result


def run(flags: Parsed, factory: Factory) -> None:
    """Write the cluster's entry."""
    check_count(factory, VERB, "config set-cluster", flags.args, [1])
    name = flags.args[0]
    validate(name, flags)

    def change(config: Config) -> None:
        config.clusters[name] = change_cluster(config.clusters.get(name, {}), flags)

    get_access(factory).modify(change)
    factory.write(f"Cluster {quote(name)} set.\n")


VERB = Verb(
    "set-cluster",
    "Write a cluster into the kubeconfig",
    run,
    FLAGS,
    "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] "
    "[--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
    "Makes a cluster entry, or changes in one what the flags say.",
    EXAMPLES,
)
