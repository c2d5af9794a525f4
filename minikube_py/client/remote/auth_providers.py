"""Users' `auth-provider` of old: two that are gone, and of OpenID Connect the token that is at hand."""

from __future__ import annotations

import base64
import json
from typing import Any

from minikube_py.client.kubeconfig import ConfigError

Object = dict[str, Any]

LEEWAY = 10.0  # seconds before its end from which a token is taken to be over
GONE = {
    "gcp": """The gcp auth plugin has been removed.
Please use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.
See https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details""",
    "azure": """The azure auth plugin has been removed.
Please use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.
See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details""",
}


def read_provider(provider: Object, now: float) -> str:
    """Return the token that a user's `auth-provider` gives. Raises ConfigError: nobody is asked for a new one here."""
    name, config = provider.get("name") or "", provider.get("config") or {}
    if name in GONE:
        raise ConfigError(GONE[name])
    if name != "oidc":
        raise ConfigError(f'no Auth Provider found for name "{name}"')
    for field in ("idp-issuer-url", "client-id"):
        if not config.get(field):
            raise ConfigError(f"Must provide {field}")
    token: str = config.get("id-token") or ""
    if not token or _read_expiry(token) - LEEWAY < now:
        why = "the refresh-token is not used here" if config.get("refresh-token") else "cannot refresh without refresh-token"
        raise ConfigError(f"No valid id-token, and {why}")
    return token


def _read_expiry(token: str) -> float:
    try:
        claims = token.split(".")[1]
        return float(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"])
    except (IndexError, KeyError, TypeError, ValueError):
        raise ConfigError("ID Token is not a valid JWT") from None
