"""profile list: the clusters of this machine, in minikube's table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.component_base.version import KUBERNETES_VERSION
from minikube_py.minikube import daemon_control
from minikube_py.minikube.box_table import format_box_table
from minikube_py.minikube.profile import HOST_ADDRESS, Profile, check_output, list_profiles

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which clusters are there?
  minikube profile list
"""

HEADINGS = ("Profile", "Runtime", "IP", "Version", "Status", "Nodes", "Active Kubecontext")
NO_PROFILES = '🤹  Exiting due to MK_USAGE_NO_PROFILE: No minikube profile was found.\n💡  Suggestion: You can create one using "mk start".'


def run(flags: Parsed, factory: Factory) -> int:
    """Print a row a cluster."""
    check_output(flags["output"], "table", "json")
    profiles = list_profiles()
    if flags["output"] == "json":
        found = [{"Name": profile.name, "Status": _status(profile)} for profile in profiles]
        factory.write(json.dumps({"invalid": [], "valid": found}) + "\n")
        return 0
    if not profiles:
        factory.warn(NO_PROFILES)
        return 14
    current = factory.kubeconfig["current-context"]
    rows = [(*_describe(profile), "*" if profile.name == current else "") for profile in profiles]
    factory.write(format_box_table(HEADINGS, rows))
    return 0


def _status(profile: Profile) -> str:
    return "Running" if daemon_control.running_pid(profile) is not None else "Stopped"


def _describe(profile: Profile) -> tuple[str, ...]:
    config = profile.load()
    return (profile.name, config.runtime, HOST_ADDRESS, KUBERNETES_VERSION, _status(profile), str(len(config.nodes)))


VERB = Verb(
    "list",
    "List clusters",
    run,
    (flag("output", "o", "table", "table or json"),),
    "[flags]",
    "Lists the clusters of this machine.",
    EXAMPLES,
)
