"""tunnel: tells where services of type LoadBalancer are reached. They are, without a tunnel, as long as the cluster runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import SERVICES
from minikube_py.minikube.profile import require_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # where services of type LoadBalancer are reached
  minikube tunnel
"""

FLAGS = (
    PROFILE_FLAG,
    flag("cleanup", "c", True, no_effect="there are no routes to remove"),
    flag("bind-address", default="", no_effect="each service has an address of its own"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Print the addresses; nothing is left running."""
    profile = require_profile(flags["profile"])
    services = factory.with_context(profile.name).client().list(SERVICES)["items"]
    factory.write("✅  Tunnel successfully started\n\n")
    factory.write("📌  NOTE: No tunnel is needed: EXTERNAL-IPs are reached from this machine while the cluster runs.\n\n")
    for service in services:
        factory.write("".join(f"{line}\n" for line in list_lines(service)))


def list_lines(service: Object) -> list[str]:
    """Return a line for each port of a service at each address of its load balancer."""
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    name, ports = service["metadata"]["name"], service["spec"].get("ports") or ()
    addresses = [address for one in ingress if (address := one.get("ip") or one.get("hostname"))]
    return [f"🏃  Service {name} is reached at {address}:{port['port']}" for address in addresses for port in ports]


VERB = Verb(
    "tunnel",
    "Tell where services of type LoadBalancer are reached",
    run,
    FLAGS,
    "[flags]",
    "Prints the addresses of services of type LoadBalancer and ends: they are reached without a tunnel.",
    EXAMPLES,
)
