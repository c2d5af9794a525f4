"""node delete: takes a node out of the cluster; its pods are ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apimachinery.errors import NotFound
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import UsageError, Verb
from minikube_py.client.resources import NODES, PODS
from minikube_py.minikube import daemon_control
from minikube_py.minikube.profile import get_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # one node less
  mk node delete minikube-m02
"""


def run(flags: Parsed, factory: Factory) -> int:
    """Delete the node's pods, the node, and its line in the configuration."""
    if len(flags.args) != 1:
        raise UsageError("exactly one NAME is required")
    profile, name = get_profile(flags["profile"]), flags.args[0]
    config = profile.load()
    if name not in config.nodes:
        raise CliError(f'node "{name}" is not one of cluster "{profile.name}"')
    if name == config.nodes[0]:
        raise CliError(f'node "{name}" is the control plane; "mk cluster delete" removes the whole cluster')
    factory.write(f"🔥  Deleting node {name} from cluster {profile.name}\n")
    client = factory.with_context(profile.name).client()
    with client.batch():
        for pod in client.list(PODS, field_selector=f"spec.nodeName={name}")["items"]:
            client.delete(PODS, pod["metadata"]["name"], pod["metadata"]["namespace"], {"gracePeriodSeconds": 0})
        try:
            client.delete(NODES, name)
        except NotFound:
            factory.warn(f"node {name} was not registered")
    profile.change(nodes=tuple(n for n in config.nodes if n != name))
    daemon_control.wake(profile)
    factory.write(f"💀  Node {name} was successfully deleted.\n")
    return 0


VERB = Verb("delete", "Delete a node", run, (PROFILE_FLAG,), "NAME [flags]", "Takes a node out of the cluster.", EXAMPLES)
