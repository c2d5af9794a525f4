"""alpha: commands that Kubernetes is still trying out; of 1.33 there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.verb import Verb

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory


def run(flags: Parsed, factory: Factory) -> None:
    """Say that there are none."""
    factory.warn("No alpha commands are available in this version of kubectl")


VERB = Verb("alpha", "Commands for features in alpha", run)
