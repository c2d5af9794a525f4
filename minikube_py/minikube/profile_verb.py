"""profile: which cluster kubectl talks to, and making it another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client import kubeconfig
from minikube_py.minikube.profile import require_profile

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which one is it?
  minikube profile

  # another one from now on
  minikube profile demo
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Print the current cluster's name, or make another one current."""
    if not flags.args:
        factory.write(f"{factory.kubeconfig['current-context']}\n")
        return
    profile = require_profile(flags.args[0])
    with kubeconfig.editing(kubeconfig.paths(factory.flags.values.get("kubeconfig") or "")[0]) as config:
        config["current-context"] = profile.name
    factory.write(f'✅  kubectl is now configured to use "{profile.name}"\n')


VERB = Verb(
    "profile",
    "Show or change the current cluster",
    run,
    usage="[NAME]",
    long="Prints the cluster that kubectl talks to, or makes NAME that cluster. Cluster verbs choose theirs by -p.",
    examples=EXAMPLES,
    subcommands=(("list", "minikube_py.minikube.profile_list"),),
)
