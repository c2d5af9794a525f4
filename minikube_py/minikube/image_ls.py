"""image ls: the images that the nodes of a cluster have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import NODES
from minikube_py.minikube.profile import require_profile
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # which images are there?
  minikube image ls
"""


def run(flags: Parsed, factory: Factory) -> None:
    """Print the names that the nodes' statuses list."""
    profile = require_profile(flags["profile"])
    nodes = factory.with_context(profile.name).client().list(NODES)["items"]
    images = [image for node in nodes for image in (node.get("status") or {}).get("images") or []]
    names = {name for image in images for name in image.get("names") or [] if "@" not in name}
    factory.write("".join(f"{name}\n" for name in sorted(names, reverse=True)))


VERB = Verb("ls", "List images", run, (PROFILE_FLAG,), "[flags]", "Lists the images that the nodes have.", EXAMPLES)
