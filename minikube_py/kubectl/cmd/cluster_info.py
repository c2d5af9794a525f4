"""cluster-info: where the cluster's own services are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import SERVICES

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # where the control plane is
  mk cluster-info
"""


def run(flags: Parsed, factory: Factory) -> int:
    """Print the control plane's address and those of services that belong to the cluster."""
    server = factory.target.cluster.get("server", "")
    green, yellow, plain = ("\033[0;32m", "\033[0;33m", "\033[0m") if factory.colour else ("", "", "")
    factory.write(f"{green}Kubernetes control plane{plain} is running at {yellow}{server}{plain}\n")
    found = factory.client().list(SERVICES, "kube-system", label_selector="kubernetes.io/cluster-service=true")
    for service in found["items"]:
        metadata = service["metadata"]
        name = (metadata.get("labels") or {}).get("kubernetes.io/name") or metadata["name"]
        path = f"/api/v1/namespaces/kube-system/services/{metadata['name']}/proxy"
        factory.write(f"{green}{name}{plain} is running at {yellow}{server}{path}{plain}\n")
    factory.write("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n")
    return 0


VERB = Verb(
    "cluster-info", "Display cluster information", run, (), "[flags]", "Tells where the cluster's own services are.", EXAMPLES
)
