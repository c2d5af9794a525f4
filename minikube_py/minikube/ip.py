"""ip: the address at which node ports of a cluster are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.minikube.profile import HOST_ADDRESS, require_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # a service of type NodePort, from this machine
  curl http://$(minikube ip):30080
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Print the address."""
    require_profile(flags["profile"])
    factory.write(f"{HOST_ADDRESS}\n")


VERB = Verb(
    "ip",
    "Print the address of a cluster's node ports",
    run,
    (PROFILE_FLAG,),
    "[flags]",
    "Prints the address at which node ports are reached. The nodes' own addresses are there inside the cluster only.",
    EXAMPLES,
)
