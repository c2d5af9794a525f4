"""The issuer of service account tokens: whoever reads its keys can check them."""

from __future__ import annotations

import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.apiserver.serving.conftest import Api
from tests.apiserver.serving.test_identities import make_token

CONFIGURATION, KEYS = "/.well-known/openid-configuration", "/openid/v1/jwks"


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_token_is_checked_with_what_the_issuer_tells(api: Api) -> None:
    token = make_token(api, "bot")
    head, claims, signature = token.split(".")
    _, told = api.read("GET", CONFIGURATION, token=token)
    assert told["issuer"] == json.loads(decode(claims))["iss"]
    assert told["jwks_uri"].endswith(KEYS)
    _, keys = api.read("GET", KEYS, token=token)
    header = json.loads(decode(head))
    key = next(key for key in keys["keys"] if key["kid"] == header["kid"])
    assert told["id_token_signing_alg_values_supported"] == [header["alg"]] == [key["alg"]]
    x, y = (int.from_bytes(decode(key[name]), "big") for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    raw = decode(signature)
    encoded = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(encoded, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def test_the_root_tells_of_it(api: Api) -> None:
    _, root = api.read("GET", "/")
    assert {CONFIGURATION, KEYS, "/livez/ping"} <= set(root["paths"])


def test_it_is_told_to_nobody_unknown(api: Api) -> None:
    assert {api.read("GET", path, token="")[0] for path in (CONFIGURATION, KEYS)} == {403}
