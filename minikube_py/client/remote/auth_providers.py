"""Users' `auth-provider` of old: two that are gone, and of OpenID Connect the token that is at hand."""

from __future__ import annotations

import base64
import json
from typing import Any

from minikube_py.client.kubeconfig import ConfigError
from minikube_py.client.request import Unreachable
from minikube_py.component_base.clock import Clock

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


class OpenIdConnect:
    """The token of a user's `oidc`, while it is good. Nobody is asked for a new one here."""

    def __init__(self, config: Object, clock: Clock) -> None:
        self._config, self._clock = config, clock

    def get(self) -> str:
        """Return the token. Raises Unreachable."""
        token: str = self._config.get("id-token") or ""
        if token and _read_expiry(token) - LEEWAY > self._clock.now():
            return token
        why = (
            "the refresh-token is not used here"
            if self._config.get("refresh-token")
            else "cannot refresh without refresh-token"
        )
        raise Unreachable(f"No valid id-token, and {why}")


def find_provider(provider: Object, clock: Clock) -> OpenIdConnect:
    """Return who gives the token of a user's `auth-provider`. Raises ConfigError."""
    name, config = provider.get("name") or "", provider.get("config") or {}
    if name in GONE:
        raise ConfigError(GONE[name])
    if name != "oidc":
        raise ConfigError(f'no Auth Provider found for name "{name}"')
    for field in ("idp-issuer-url", "client-id"):
        if not config.get(field):
            raise ConfigError(f"Must provide {field}")
    return OpenIdConnect(config, clock)


def _read_expiry(token: str) -> float:
    try:
        claims = token.split(".")[1]
        return float(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"])
    except (IndexError, KeyError, TypeError, ValueError):
        raise Unreachable("ID Token is not a valid JWT") from None
