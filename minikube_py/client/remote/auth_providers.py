"""Users' `auth-provider` of old: two that are gone, and OpenID Connect."""

from __future__ import annotations

from functools import partial
from typing import Any

from minikube_py.client.kubeconfig import ConfigError, Target, editing, find, paths, read_file
from minikube_py.client.remote.open_id import OpenIdConnect
from minikube_py.component_base.clock import Clock

Object = dict[str, Any]

GONE = {
    "gcp": """The gcp auth plugin has been removed.
Please use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.
See https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details""",
    "azure": """The azure auth plugin has been removed.
Please use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.
See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details""",
}


def find_provider(target: Target, clock: Clock) -> OpenIdConnect | None:
    """Return who gives the token of a user with an `auth-provider`, None for others. Raises ConfigError."""
    provider = target.user.get("auth-provider")
    if not provider:
        return None
    name, config = provider.get("name") or "", provider.get("config") or {}
    if name in GONE:
        raise ConfigError(GONE[name])
    if name != "oidc":
        raise ConfigError(f'no Auth Provider found for name "{name}"')
    for field in ("idp-issuer-url", "client-id"):
        if not config.get(field):
            raise ConfigError(f"Must provide {field}")
    return OpenIdConnect(config, clock, partial(keep_config, target))


def keep_config(target: Target, config: Object) -> None:
    """Write a provider's new configuration to the kubeconfig that its user stands in. Raises OSError, ConfigError."""
    for path in paths(target.kubeconfig):
        if path.exists() and find(read_file(path), "users", target.user_name) is not None:
            with editing(path) as content:
                user = find(content, "users", target.user_name) or {}
                user["auth-provider"] = {**target.user["auth-provider"], "config": config}
            return
