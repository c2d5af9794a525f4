"""stop: ends a cluster's processes and keeps everything it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.minikube import daemon_control
from minikube_py.minikube.profile import Profile, get_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # stop the cluster; mk start brings it back as it was
  mk stop
"""


def run(flags: Parsed, factory: Factory) -> int:
    """Stop the daemon and all pods' processes."""
    profile = get_profile(flags["profile"])
    if not profile.exists():
        factory.write(f'🤷  Profile "{profile.name}" not found. Run "mk cluster list" to view all clusters.\n')
        return 85
    stopped = daemon_control.stop_daemon(profile, end_pods=True)
    daemon_control.end_left_processes(profile)
    count = _count_nodes(profile)
    factory.write(f"🛑  {count} node{'s' * (count > 1)} stopped.\n" if stopped else f'🛑  "{profile.name}" was not running.\n')
    return 0


def _count_nodes(profile: Profile) -> int:
    try:
        return len(profile.load().nodes)
    except CliError:  # damaged: what ran is stopped all the same
        return 1


VERB = Verb(
    "stop",
    "Stop a cluster",
    run,
    (PROFILE_FLAG,),
    "[flags]",
    "Ends a cluster's processes and keeps everything it knows.",
    EXAMPLES,
)
