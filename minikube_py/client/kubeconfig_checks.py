"""Whether a context's cluster and user can be used as they are: clientcmd's ConfirmUsable, with its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.client.kubeconfig import ConfigError, InvalidConfigError, Target
from minikube_py.component_base.os_errors import tell_os_error

Object = dict[str, Any]

CERTIFICATE, KEY, AUTHORITY = "client-certificate", "client-key", "certificate-authority"
PLUGINS = "client.authentication.k8s.io"
MODES = ("Never", "IfAvailable", "Always")
PROXY_SCHEMES = ("http", "https", "socks5")
ACTS = ("as-uid", "as-groups", "as-user-extra")


def check_usable(target: Target) -> None:
    """Refuse what cannot be used. Raises ConfigError for one reason, InvalidConfigError for several."""
    problems = [*_judge_user(target.user_name, target.user), *_judge_cluster(target.cluster_name, target.cluster)]
    if len(problems) == 1:
        raise ConfigError(problems[0])
    if problems:
        raise InvalidConfigError("".join(f"\n* {problem}" for problem in problems))


def _judge_user(name: str, user: Object) -> Iterator[str]:
    methods = ["token"] * bool(user.get("token")) + ["basicAuth"] * bool(user.get("username") or user.get("password"))
    if user.get(CERTIFICATE) or user.get(f"{CERTIFICATE}-data"):
        if user.get(CERTIFICATE) and user.get(f"{CERTIFICATE}-data"):
            yield f"client-cert-data and client-cert are both specified for {name}. client-cert-data will override."
        if user.get(KEY) and user.get(f"{KEY}-data"):
            yield f"client-key-data and client-key are both specified for {name}; client-key-data will override"
        if not (user.get(KEY) or user.get(f"{KEY}-data")):
            yield f"client-key-data or client-key must be specified for {name} to use the clientCert authentication method."
        yield from _judge_file("client-cert", user.get(CERTIFICATE), name)
        yield from _judge_file(KEY, user.get(KEY), name)
    if wanted := user.get("exec"):
        yield from _judge_plugin(wanted, name, bool(user.get("auth-provider")))
    if len(methods) > 1:
        yield f"more than one authentication method found for {name}; found [{' '.join(methods)}], only one is allowed"
    if any(user.get(field) for field in ACTS) and not user.get("as"):
        yield f"requesting uid, groups or user-extra for {name} without impersonating a user"


def _judge_plugin(wanted: Object, name: str, other: bool) -> Iterator[str]:
    """Tell what a user's `exec` lacks; `other` is whether there is an auth-provider, too."""
    if other:
        yield f"authProvider cannot be provided in combination with an exec plugin for {name}"
    for field in ("command", "apiVersion"):
        if not wanted.get(field):
            yield f"{field} must be specified for {name} to use exec authentication plugin"
    if any(not one.get("name") for one in wanted.get("env") or ()):
        yield f"env variable name must be specified for {name} to use exec authentication plugin"
    mode = wanted.get("interactiveMode") or ("" if wanted.get("apiVersion") == f"{PLUGINS}/v1" else "IfAvailable")
    if not mode:
        yield f"interactiveMode must be specified for {name} to use exec authentication plugin"
    elif mode not in MODES:
        yield f'invalid interactiveMode for {name}: "{mode}"'


def _judge_cluster(name: str, cluster: Object) -> Iterator[str]:
    if proxy := cluster.get("proxy-url"):
        scheme = proxy.partition("://")[0] if "://" in proxy else ""
        if scheme not in PROXY_SCHEMES:
            why = f'unsupported scheme "{scheme}", must be http, https, or socks5'
            if proxy.startswith(":"):
                why = f"could not parse: {proxy}"
            yield f'invalid \'proxy-url\' "{proxy}" for cluster "{name}": {why}'
    if cluster.get(AUTHORITY) and cluster.get(f"{AUTHORITY}-data"):
        yield f"{AUTHORITY}-data and {AUTHORITY} are both specified for {name}. {AUTHORITY}-data will override."
    yield from _judge_file(AUTHORITY, cluster.get(AUTHORITY), name)


def _judge_file(what: str, path: str | None, name: str) -> Iterator[str]:
    if not path:
        return
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        why = tell_os_error(error)
        yield f"unable to read {what} {path} for {name} due to open {path}: {why}"
