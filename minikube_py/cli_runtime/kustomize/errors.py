"""What goes wrong in a build: one exception whose text grows by the places that it passes."""

from __future__ import annotations


class KustomizeError(Exception):
    """A kustomization that cannot be built, in kustomize's words."""

    def wrap(self, prefix: str) -> KustomizeError:
        """Return the same error, told of at `prefix`."""
        return type(self)(f"{prefix}: {self}")


class MalformedYAML(KustomizeError):
    """A file that is no YAML; it is then not looked at as a folder."""
