"""node list: the nodes of a cluster and their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import NODES
from minikube_py.minikube.profile import get_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # what nodes there are
  mk node list
"""


def run(flags: Parsed, factory: Factory) -> int:
    """Print a line a node."""
    profile = get_profile(flags["profile"])
    found = {n["metadata"]["name"]: n for n in factory.with_context(profile.name).client().list(NODES)["items"]}
    for name in profile.load().nodes:
        addresses = (found.get(name, {}).get("status") or {}).get("addresses") or []
        ip = next((a["address"] for a in addresses if a["type"] == "InternalIP"), "")
        factory.write(f"{name}\t{ip}\n")
    return 0


VERB = Verb("list", "List nodes", run, (PROFILE_FLAG,), "[flags]", "Lists the nodes of a cluster.", EXAMPLES)
