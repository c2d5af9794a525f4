"""What the issuer of service account tokens tells of itself, so that others can check its tokens: OpenID Connect discovery.

https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from minikube_py.apiserver.authentication.jwt import ALGORITHM, get_token_key
from minikube_py.apiserver.authentication.tokens import ISSUER
from minikube_py.client.http_message import JSON, HttpAnswer, HttpRequest
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

CONFIGURATION, KEYS = "/.well-known/openid-configuration", "/openid/v1/jwks"
PATHS = (CONFIGURATION, KEYS)
KEYS_TYPE = "application/jwk-set+json"
MAX_AGE = "public, max-age=3600"


def answer_issuer(server: ApiServer, message: HttpRequest) -> HttpAnswer | None:
    """Answer a path of the issuer, None for any other path and where there is no key to sign with."""
    path = urlsplit(message.target).path
    if path not in PATHS or message.method not in ("GET", "HEAD") or not server.extensions.get("pki"):
        return None
    body: object
    if path == KEYS:
        body = {"keys": [get_token_key(server).describe()]}
    else:
        body = {
            "issuer": ISSUER,
            "jwks_uri": f"https://{_find_address(server)}{KEYS}",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
        }
    headers = (("Cache-Control", MAX_AGE), ("Content-Type", KEYS_TYPE if path == KEYS else JSON))
    return HttpAnswer(200, headers, iter((json.dumps(body, separators=(",", ":")).encode(),)))


def _find_address(server: ApiServer) -> str:
    """Return the address of the API for pods: that of its endpoints, or its name where there are none."""
    slice_ = server.store.get(Key("endpointslices.discovery.k8s.io", "default", "kubernetes"))
    if slice_ is None:
        return urlsplit(ISSUER).netloc
    return f"{slice_['endpoints'][0]['addresses'][0]}:{slice_['ports'][0]['port']}"
