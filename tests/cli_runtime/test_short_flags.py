"""Short flags with an equals sign, as pflag reads them."""

from __future__ import annotations

import pytest

from minikube_py.cli_runtime.flags import parse_flags
from minikube_py.cli_runtime.results import RESULT_FLAGS


@pytest.mark.parametrize(("word", "value"), [("-o=json", "json"), ("-ojson", "json"), ("-o=", "=")])
def test_value_of_a_short_flag(word: str, value: str) -> None:
    assert parse_flags(RESULT_FLAGS, [word])["output"] == value
