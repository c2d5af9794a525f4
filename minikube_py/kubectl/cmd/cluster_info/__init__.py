"""cluster-info: where the cluster's own services are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import SERVICES

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # where the control plane is
  mk cluster-info

  # all that is known, into files
  mk cluster-info dump --output-directory=state
"""


LABEL = "kubernetes.io/cluster-service=true"
MORE = "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n"


def run(flags: Parsed, factory: Factory) -> int:
    """Print the control plane's address and those of services that belong to the cluster."""
    server = str(factory.target.cluster.get("server", ""))
    namespace = factory.namespace if factory.explicit_namespace else "kube-system"
    green, yellow, plain = ("\033[0;32m", "\033[0;33m", "\033[0m") if factory.colour else ("", "", "")
    try:
        found = factory.client().list(SERVICES, namespace, label_selector=LABEL)
        factory.write(f"{green}Kubernetes control plane{plain} is running at {yellow}{server}{plain}\n")
        for service in found["items"]:
            metadata = service["metadata"]
            name = (metadata.get("labels") or {}).get("kubernetes.io/name") or metadata["name"]
            factory.write(f"{green}{name}{plain} is running at {yellow}{find_link(service, server)}{plain}\n")
    finally:
        factory.write(MORE)
    return 0


def find_link(service: Object, server: str) -> str:
    """Return where a service is: its load balancer's addresses, else its path through the API server."""
    metadata, ports = service["metadata"], service["spec"].get("ports") or []
    if ingress := ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress"):
        host = ingress[0].get("ip") or ingress[0].get("hostname", "")
        return "".join(f"http://{host}:{port['port']} " for port in ports)
    name = metadata["name"]
    if ports:
        port_name = ports[0].get("name", "")
        scheme = "https" if port_name == "https" or ports[0]["port"] == 443 else ""
        name = f"{scheme}:{name}:{port_name}" if scheme else f"{name}:{port_name}" if port_name else name
    return f"{server}/api/v1/namespaces/{metadata['namespace']}/services/{name}/proxy"


VERB = Verb(
    "cluster-info",
    "Tell where the cluster's services are reached",
    run,
    (),
    "[flags]",
    "Tells where the cluster's own services are.",
    EXAMPLES,
    subcommands=(("dump", "minikube_py.kubectl.cmd.cluster_info.dump"),),
)
