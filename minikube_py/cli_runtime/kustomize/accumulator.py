"""What a kustomization and those below it have brought together: resources, field specs and variables."""

from __future__ import annotations

from typing import Any

from minikube_py.cli_runtime.kustomize.config import Config
from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.variables import merge_variables

Object = dict[str, Any]


class Accumulator:
    """The state of a build at one kustomization."""

    def __init__(self) -> None:
        self.resources = ResMap()
        self.config = Config()
        self.variables: dict[str, Object] = {}

    def merge(self, other: Accumulator) -> None:
        """Take in what another kustomization brought together. Raises KustomizeError."""
        self.resources.append_all(other.resources)
        self.config = self.config.merge(other.config)
        merge_variables(self.variables, other.variables)
