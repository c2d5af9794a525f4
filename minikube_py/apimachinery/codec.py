"""JSON text of objects, in the form that is stored and sent.

orjson is 4 to 8 times faster than the standard library but takes 20 ms to import: it is used where a process has
loaded it already (the daemon does) and for large texts, where it earns its import back.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

_LARGE = 400_000  # bytes from which importing orjson is quicker than going on with json
_encoder = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)


def encode(value: Any) -> bytes:
    """Return compact UTF-8 JSON; what UTF-8 cannot say (halves of surrogate pairs) becomes U+FFFD, as Go writes it."""
    if (orjson := sys.modules.get("orjson")) is not None:
        try:
            return orjson.dumps(value)  # type: ignore[no-any-return]
        except TypeError:  # integers over 64 bits, lone surrogates
            pass
    text = _encoder.encode(value)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def decode(text: bytes) -> Any:
    """Return the value of UTF-8 JSON; bytes that are no UTF-8 become U+FFFD, as Go reads them. Raises ValueError."""
    orjson = sys.modules.get("orjson")
    try:
        return orjson.loads(text) if orjson is not None else json.loads(text)
    except RecursionError:
        from minikube_py.apimachinery.depth import TOO_DEEP

        raise ValueError(TOO_DEEP) from None
    except ValueError:
        try:
            text.decode()
        except UnicodeDecodeError:
            return json.loads(text.decode("utf-8", "replace"))
        raise


def decode_each(texts: list[bytes]) -> Iterator[Any]:
    """Give the values of many JSON texts, by the parser that is quickest for that many bytes."""
    if sum(map(len, texts)) > _LARGE:
        import orjson  # noqa: F401 - decode uses it where it is loaded

    return map(decode, texts)
