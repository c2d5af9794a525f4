"""delete: ends a cluster with all its processes and removes everything of it, its kubeconfig entries too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client import kubeconfig
from minikube_py.component_base.removal import remove_tree
from minikube_py.minikube import daemon_control
from minikube_py.minikube.profile import Profile, get_profile, list_profiles
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # remove the cluster
  mk cluster delete

  # remove every cluster
  mk cluster delete --all
"""

FLAGS = (
    PROFILE_FLAG,
    flag("all", default=False, help="Every cluster"),
    flag("purge", default=False, help="Also remove the folder of all clusters, once it has no other"),
)


def run(flags: Parsed, factory: Factory) -> int:
    """Delete one cluster or all. A cluster that is not there is no error."""
    profiles = list_profiles() if flags["all"] else [get_profile(flags["profile"])]
    if flags["purge"] and set(list_profiles()) - set(profiles):
        raise CliError('--purge removes everything, and there are other clusters: "mk cluster delete --all --purge"')
    for profile in profiles:
        if not profile.exists() and not profile.directory.exists():
            factory.write(f'🙄  The "{profile.name}" cluster does not exist\n')
            continue
        daemon_control.stop_daemon(profile, end_pods=True)
        daemon_control.end_left_processes(profile)
        _forget_context(profile, factory)
        remove_tree(profile.directory)
        factory.write(f'💀  Removed all traces of the "{profile.name}" cluster.\n')
    if flags["purge"]:
        remove_tree(kubeconfig.home())
        factory.write(f"💀  Successfully purged the folder of all clusters, {kubeconfig.home()}\n")
    return 0


def _forget_context(profile: Profile, factory: Factory) -> None:
    for path in kubeconfig.paths(factory.flags.values.get("kubeconfig") or ""):
        if not Path(path).exists():
            continue
        with kubeconfig.editing(path) as config:
            for section in ("clusters", "contexts", "users"):
                kubeconfig.drop_entry(config, section, profile.name)
            if config["current-context"] == profile.name:
                config["current-context"] = ""


VERB = Verb(
    "delete",
    "Delete a cluster",
    run,
    FLAGS,
    "[flags]",
    "Ends a cluster with all its processes and removes everything of it.",
    EXAMPLES,
)
