"""Strategic merge patches: the three functions callers use."""

from __future__ import annotations

from minikube_py.apimachinery.patch.strategic_apply import apply_strategic_merge_patch
from minikube_py.apimachinery.patch.strategic_diff import create_three_way_merge_patch, create_two_way_merge_patch

__all__ = ["apply_strategic_merge_patch", "create_three_way_merge_patch", "create_two_way_merge_patch"]
