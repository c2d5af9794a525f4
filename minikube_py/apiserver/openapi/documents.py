"""Answers to requests below /openapi. Documents are kept once they are made, by a name for all that goes into them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from hashlib import sha512
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from minikube_py.apimachinery import codec
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.cached_answers import CACHE_CONTROL, answer_cached
from minikube_py.apiserver.discovery_documents import Served
from minikube_py.client.http_message import JSON, HttpAnswer, HttpRequest
from minikube_py.component_base.version import KUBERNETES_VERSION, PROGRAM_VERSION

GNOSTIC = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
GNOSTIC_NAMES = (GNOSTIC, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")  # an @ is no letter of media types
NEVER = (("Expires", "Fri, 01 Jan 2100 00:00:00 GMT"), (CACHE_CONTROL, "public, immutable"))
ASK_AGAIN = ((CACHE_CONTROL, "no-cache, private"),)
_KEPT = 4


class Kinds:
    """Kinds with a name that is another whenever their documents are."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self.kinds = kinds
        described = [
            [kind.group, kind.version, kind.kind, kind.subresources, kind.custom.open_api if kind.custom else None]
            for kind in kinds
        ]
        self.name = sha512(json.dumps([_name_edition(), described]).encode()).hexdigest().upper()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kinds) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


@cache
def _name_edition() -> str:
    """Return a name of this program's edition: its version, and the code that writes documents."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    code = sha512(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return f"{PROGRAM_VERSION} {KUBERNETES_VERSION} {code}"


def answer_openapi(message: HttpRequest, served: Served) -> HttpAnswer | None:
    """Answer a request to a path that begins with /openapi; None where nothing is."""
    match [part for part in urlsplit(message.target).path.split("/") if part][1:]:
        case ["v2"]:
            return _answer_version2(message, served)
        case ["v3"]:
            body = codec.encode({"paths": dict(_list_documents(served))}) + b"\n"
            return answer_cached(message, JSON, body, sha512(body).hexdigest().upper(), ASK_AGAIN)
        case ["v3", "api", version]:
            return _answer_version3(message, "", version, served)
        case ["v3", "apis", group, version]:
            return _answer_version3(message, group, version, served)
    return None


def _list_kinds(served: Served) -> list[Kind]:
    return [*(kind for kind in catalog.list_kinds() if served.serves(kind.group)), *served.list_custom()]


def _list_documents(served: Served) -> Iterable[tuple[str, dict[str, str]]]:
    """Yield the path of each group version's document and where it is to be had, with a hash of what it says."""
    groups: dict[tuple[str, str], list[Kind]] = {}
    for kind in _list_kinds(served):
        groups.setdefault((kind.group, kind.version), []).append(kind)
    for (group, version), kinds in sorted(groups.items()):
        path = f"apis/{group}/{version}" if group else f"api/{version}"
        yield path, {"serverRelativeURL": f"/openapi/v3/{path}?hash={Kinds(kinds).name}"}


def _answer_version3(message: HttpRequest, group: str, version: str, served: Served) -> HttpAnswer | None:
    kinds = Kinds([kind for kind in _list_kinds(served) if (kind.group, kind.version) == (group, version)])
    if not kinds.kinds:
        return None
    url = urlsplit(message.target)
    asked = parse_qs(url.query).get("hash", [""])[0]
    if asked and asked != kinds.name:
        return HttpAnswer(301, (("Location", f"{url.path}?hash={kinds.name}"), *ASK_AGAIN), iter((b"",)))
    return answer_cached(message, JSON, _write_version3(group, version, kinds), kinds.name, NEVER if asked else ASK_AGAIN)


def _answer_version2(message: HttpRequest, served: Served) -> HttpAnswer:
    kinds = Kinds(_list_kinds(served))
    names = [clause.partition(";")[0].strip() for clause in message.header("accept").split(",")]
    if any(name in GNOSTIC_NAMES for name in names) and JSON not in names:
        return answer_cached(message, GNOSTIC, _write_gnostic(kinds), kinds.name + "PB", ASK_AGAIN)
    return answer_cached(message, JSON, _write_version2(kinds), kinds.name, ASK_AGAIN)


@lru_cache(maxsize=_KEPT)
def _write_version3(group: str, version: str, kinds: Kinds) -> bytes:
    from minikube_py.apiserver.openapi.version3 import write_document

    return codec.encode(write_document(group, version, kinds.kinds)) + b"\n"


@lru_cache(maxsize=1)
def _write_version2(kinds: Kinds) -> bytes:
    from minikube_py.apiserver.openapi.version2 import write_document

    return codec.encode(write_document(kinds.kinds)) + b"\n"


@lru_cache(maxsize=1)
def _write_gnostic(kinds: Kinds) -> bytes:
    from minikube_py.apiserver.openapi.gnostic import encode_document
    from minikube_py.apiserver.openapi.version2 import write_document

    return encode_document(write_document(kinds.kinds))
