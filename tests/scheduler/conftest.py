"""The scheduler is tested on the controllers' own cluster."""

from __future__ import annotations

from tests.controller.conftest import make_cluster

__all__ = ["make_cluster"]
