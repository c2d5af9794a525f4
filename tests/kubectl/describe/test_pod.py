from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("case", ["pod-states", "pod-container-fields", "pod-volumes"])
def test_matches_kubectl(case: str, check_case: Any) -> None:
    check_case(case)
