"""status: whether a cluster runs. Exit code 0 if it does, 7 if it is stopped, 85 if there is none, as minikube's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client import kubeconfig
from minikube_py.minikube import daemon_control
from minikube_py.minikube.profile import HOST_ADDRESS, check_output, get_profile, join_address
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # does it run?
  mk status
"""

FLAGS = (PROFILE_FLAG, flag("output", "o", "text", "text or json"))


def run(flags: Parsed, factory: Factory) -> int:
    """Print a block a node."""
    profile = get_profile(flags["profile"])
    check_output(flags["output"], "text", "json")
    if not profile.exists():
        factory.write(f'🤷  Profile "{profile.name}" not found. Run "mk cluster list" to view all clusters.\n')
        return 85
    running = daemon_control.running_pid(profile) is not None
    state = "Running" if running else "Stopped"
    configured = kubeconfig.find(factory.kubeconfig, "contexts", profile.name) is not None
    blocks = []
    config = profile.load()
    for index, node in enumerate(config.nodes):
        facts = {"name": node, "type": "Worker" if index else "Control Plane", "host": state, "kubelet": state}
        if not index:
            facts |= {"apiserver": state, "kubeconfig": "Configured" if configured else "Misconfigured"}
            if config.listen_address != HOST_ADDRESS:
                facts |= {"listening": join_address(config.listen_address, config.port), "endpoint": config.url}
        blocks.append(facts)
    if flags["output"] == "json":
        import json

        factory.write(json.dumps(blocks if len(blocks) > 1 else blocks[0]) + "\n")
    else:
        for facts in blocks:
            lines = [facts.pop("name"), *(f"{name}: {value}" for name, value in facts.items())]
            factory.write("\n".join(lines) + "\n\n")
    return 0 if running else 7


VERB = Verb("status", "Tell whether a cluster runs", run, FLAGS, "[flags]", "Tells of each node whether it runs.", EXAMPLES)
