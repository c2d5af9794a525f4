"""addons enable: says whether an add-on is built in; none can be added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.minikube.addon_table import ADDONS, DEFAULT_CLASS, create_default_class, is_built_in
from minikube_py.minikube.profile import require_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # is it there?
  minikube addons enable metrics-server
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Say that the add-on is built in. Raises CliError where it is not."""
    if len(flags.args) != 1:
        raise CliError("❌  Exiting due to MK_USAGE: usage: minikube addons enable ADDON_NAME", 14, prefix="")
    name = flags.args[0]
    if name not in ADDONS:
        text = f"❌  Exiting due to MK_ADDON_ENABLE: enable failed: {name} is not a valid addon"
        raise CliError(f"{text}\nTo see the list of available addons run:\nminikube addons list", 10, prefix="")
    profile = require_profile(flags["profile"])
    cluster = factory.with_context(profile.name)
    if name == DEFAULT_CLASS and not is_built_in(name, cluster):
        create_default_class(cluster.client())
    elif not is_built_in(name, cluster):
        raise CliError(f"❌  The addon '{name}' is not available: minikube_py runs no add-ons", 10, prefix="")
    factory.write(f"🌟  The '{name}' addon is enabled\n")


VERB = Verb(
    "enable",
    "Say whether an add-on is built in",
    run,
    (PROFILE_FLAG,),
    "ADDON_NAME",
    "Says whether an add-on is there.",
    EXAMPLES,
)
