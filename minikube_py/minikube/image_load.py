"""image load: tells whether an image can run here. There is nothing to load: images come from a catalogue of stand-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb
from minikube_py.minikube.start import PROFILE_FLAG

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # can this image run here?
  minikube image load nginx
"""

REFUSAL = (
    "images cannot be loaded: this cluster has no container engine. Pods run programs that stand in for well-known images; "
    "an images.yaml in the clusters' home names programs for your own"
)


def run(flags: Parsed, factory: Factory) -> None:
    """Refuse, and say what to do instead. Raises CliError."""
    raise CliError(REFUSAL)


VERB = Verb(
    "load", "Say why images need no loading", run, (PROFILE_FLAG,), "IMAGE", "Tells what stands in for images.", EXAMPLES
)
