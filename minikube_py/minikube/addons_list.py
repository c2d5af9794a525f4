"""addons list: minikube's add-ons, and which of them are built in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.minikube.addon_table import ADDONS, is_built_in
from minikube_py.minikube.box_table import format_box_table
from minikube_py.minikube.profile import require_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # what is there?
  minikube addons list
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Print a row an add-on."""
    profile = require_profile(flags["profile"])
    cluster = factory.with_context(profile.name)
    rows = [(name, profile.name, "enabled ✅" if is_built_in(name, cluster) else "not available") for name in ADDONS]
    factory.write(format_box_table(("ADDON NAME", "PROFILE", "STATUS"), rows))


VERB = Verb(
    "list", "List add-ons", run, (PROFILE_FLAG,), "[flags]", "Lists add-ons; those that are enabled are built in.", EXAMPLES
)
