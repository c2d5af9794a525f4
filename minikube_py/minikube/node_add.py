"""node add: one more node, ready at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import NODES
from minikube_py.minikube import daemon_control
from minikube_py.minikube.profile import get_profile, node_name
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # one node more
  mk node add
"""

READY_SECONDS = 30.0
FLAGS = (
    PROFILE_FLAG,
    flag("worker", default=True, help="The node is a worker; there is no other kind to add"),
    flag("control-plane", default=False, help="Refused: a cluster has one control plane"),
)


def run(flags: Parsed, factory: Factory) -> int:
    """Name the next node in the configuration, wake the daemon and wait until the node is there."""
    if flags["control-plane"] or not flags["worker"]:
        raise CliError("a node that is added is a worker: a cluster has one control plane")
    profile = get_profile(flags["profile"])
    if daemon_control.running_pid(profile) is None:
        raise CliError(f'the cluster "{profile.name}" is not running; "mk start" starts it')
    config = profile.load()
    number = next(n for n in range(2, len(config.nodes) + 3) if node_name(profile.name, n) not in config.nodes)
    name = node_name(profile.name, number)
    factory.write(f"😄  Adding node {name} to cluster {profile.name} as [worker]\n")
    profile.change(nodes=(*config.nodes, name))
    daemon_control.wake(profile)
    client = factory.with_context(profile.name).client()
    for event in client.watch(NODES, fieldSelector=f"metadata.name={name}", resourceVersion="0", timeout=READY_SECONDS):
        conditions = (event.object.get("status") or {}).get("conditions") or []
        if any(c["type"] == "Ready" and c["status"] == "True" for c in conditions):
            factory.write(f"🏄  Successfully added {name} to {profile.name}!\n")
            return 0
    raise CliError(f"node {name} did not become ready")


VERB = Verb("add", "Add a node", run, FLAGS, "[flags]", "Adds a worker node to a running cluster.", EXAMPLES)
