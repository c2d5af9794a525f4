"""Who a kubeconfig's user is towards a server: headers of each request, and the certificate shown in the TLS handshake."""

from __future__ import annotations

import base64
import ssl
from typing import Any
from urllib.parse import quote

from minikube_py.client.credentials import Credentials, read_credentials, read_token_file
from minikube_py.client.kubeconfig import Target
from minikube_py.client.remote.auth_providers import find_provider
from minikube_py.client.remote.exec_credentials import Plugin
from minikube_py.client.remote.tls import make_context
from minikube_py.client.request import Unreachable
from minikube_py.component_base.clock import Clock

Object = dict[str, Any]
Headers = tuple[tuple[str, str], ...]


class Identity:
    """The user of a target. Credentials of a plugin are asked for when first needed, and again when refused; a token's file is read each time."""

    def __init__(self, target: Target, clock: Clock) -> None:
        self._cluster, self._user = target.cluster, target.user
        self._own = read_credentials(target.user, target.user_name) or Credentials()
        wanted = target.user.get("exec")
        self._plugin = Plugin(wanted, target.cluster, clock) if wanted and not self._has_own() else None
        self._provider = find_provider(target, clock)

    def _has_own(self) -> bool:
        """Return whether there are credentials that go before a plugin's."""
        return bool(self._own.token or self._own.password)

    def check_tls(self) -> None:
        """Refuse what a kubeconfig says wrongly about TLS, before anything is sent. Raises ConfigError."""
        make_context(self._cluster, self._own)

    def make_tls(self) -> ssl.SSLContext:
        """Return how to speak TLS as this user. Raises Unreachable, ConfigError."""
        own = self._own
        if self._plugin is not None and (given := self._plugin.get()).certificate:
            own = own._replace(certificate=given.certificate, key=given.key)
        elif self._user.get("client-certificate") and not own.certificate:
            raise Unreachable("tls: failed to find any PEM data in certificate input")
        return make_context(self._cluster, own)

    def renew(self) -> bool:
        """Ask for other credentials, those at hand being refused; return whether there may be some."""
        if self._plugin is None:
            return False
        self._plugin.get(anew=True)
        return True

    def headers(self) -> Headers:
        """Return the headers that say who asks, and as whom to act. Raises Unreachable."""
        return (*self._authorize(), *self._impersonate())

    def _authorize(self) -> Headers:
        if token := self._find_token():
            if not token.isprintable():
                raise Unreachable('net/http: invalid header field value for "Authorization"')
            return (("Authorization", f"Bearer {token}"),)
        name, password = self._user.get("username"), self._user.get("password")
        if name or password:
            secret = base64.b64encode(f"{name or ''}:{password or ''}".encode()).decode()
            return (("Authorization", f"Basic {secret}"),)
        return ()

    def _find_token(self) -> str:
        if self._plugin is not None:
            return self._plugin.get().token
        if self._provider is not None:
            return self._provider.get()
        return read_token_file(self._user.get("tokenFile") or "") or self._own.token

    def _impersonate(self) -> Headers:
        own = self._own
        if not own.name:
            return ()
        headers = [("Impersonate-User", own.name), *(("Impersonate-Group", group) for group in own.groups)]
        headers += [("Impersonate-Uid", own.uid)] if own.uid else []
        for key, values in own.extra:
            headers += [(f"Impersonate-Extra-{quote(key, safe='')}", value) for value in values]
        return tuple(headers)
