"""JSON texts that are not as they should be."""

from __future__ import annotations

import subprocess
import sys

import pytest

from minikube_py.apimachinery.codec import decode, decode_each

BROKEN = b'{"a":"x\xffy"}'


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert decode(BROKEN) == {"a": "x\ufffdy"}
    assert list(decode_each([BROKEN, b"1"])) == [{"a": "x\ufffdy"}, 1]


def test_by_the_quick_parser_too() -> None:
    code = f"import orjson; from minikube_py.apimachinery.codec import decode; print(ascii(decode({BROKEN!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "{'a': 'x\\ufffdy'}\n"


def test_what_is_no_json() -> None:
    with pytest.raises(ValueError, match=r"Expecting|unexpected"):
        decode(b'{"a":')
