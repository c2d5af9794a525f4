"""version: of this program, as minikube tells its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.component_base.version import KUBERNETES_VERSION, PROGRAM_VERSION
from minikube_py.minikube.profile import check_output

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which version is this?
  minikube version
"""

FLAGS = (
    flag("short", default=False, help="The version only"),
    flag("output", "o", help="json or yaml"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Print the version."""
    if flags["output"]:
        check_output(flags["output"], "json", "yaml")
    version = f"v{PROGRAM_VERSION}"
    facts = {"kubernetesVersion": KUBERNETES_VERSION, "minikubeVersion": version}
    if flags["output"] == "json":
        factory.write(json.dumps(facts) + "\n")
    elif flags["output"] == "yaml":
        factory.write("".join(f"{name}: {value}\n" for name, value in facts.items()))
    elif flags["short"]:
        factory.write(f"{version}\n")
    else:
        factory.write(f"minikube version: {version} (minikube_py, Kubernetes {KUBERNETES_VERSION})\n")


VERB = Verb("version", "Print the version", run, FLAGS, "[flags]", "Prints the version.", EXAMPLES)
