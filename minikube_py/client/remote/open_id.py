"""The token of a user who signed in by OpenID Connect: the one at hand while it is good, then a new one for the refresh token.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens
"""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import Request, urlopen

from minikube_py.client.dialing import describe_failure, parse_url
from minikube_py.client.kubeconfig import ConfigError
from minikube_py.client.remote.bodies import read_json
from minikube_py.client.remote.tls import describe_tls_error
from minikube_py.client.request import RequestError, Unreachable
from minikube_py.component_base.clock import Clock

Object = dict[str, Any]

LEEWAY = 10.0  # seconds before its end from which a token is taken to be over
SECONDS = 30.0
SHOWN = 80  # bytes of an answer that is no token's
NOTHING_GIVEN = (
    'token response did not contain an id_token, either the scope "openid" wasn\'t requested upon login, '
    "or the provider doesn't support id_tokens as part of the refresh response."
)


class OpenIdConnect:
    """Gives the token of a user's `oidc`; `keep(config)` writes new tokens to the kubeconfig they are from. Raises Unreachable throughout."""

    def __init__(self, config: Object, clock: Clock, keep: Callable[[Object], None]) -> None:
        self._config, self._clock, self._keep = config, clock, keep

    def get(self) -> str:
        """Return the token."""
        token: str = self._config.get("id-token") or ""
        if token and read_expiry(token) - LEEWAY > self._clock.now():
            return token
        if not self._config.get("refresh-token"):
            raise Unreachable("No valid id-token, and cannot refresh without refresh-token")
        return self._refresh()

    def _refresh(self) -> str:
        """Return a new token, which is kept."""
        answer = self._ask_token(self._find_endpoint())
        token: str = answer.get("id_token") or ""
        if not token:
            raise Unreachable(NOTHING_GIVEN)
        refresh = answer.get("refresh_token") or self._config["refresh-token"]
        self._config = {**self._config, "id-token": token, "refresh-token": refresh}
        try:
            self._keep(self._config)
        except (OSError, ConfigError) as error:
            raise Unreachable(f"could not persist new tokens: {error}") from error
        return token

    def _find_endpoint(self) -> str:
        """Return the address at which the issuer gives tokens, as its document says."""
        status, body = self._fetch(f"{self._config['idp-issuer-url'].rstrip('/')}/.well-known/openid-configuration")
        if not status.startswith("200 "):
            shown = json.dumps(body[:SHOWN].decode(errors="replace"))
            raise Unreachable(f"oidc: failed to query metadata endpoint {status}: {shown}")
        try:
            found = read_json(body, "struct { TokenURL string }")
        except RequestError as error:
            raise Unreachable(f"oidc: failed to decode provider discovery object: {error}") from error
        if not found.get("token_endpoint"):
            raise Unreachable("oidc: discovery object doesn't contain a token_endpoint")
        return str(found["token_endpoint"])

    def _ask_token(self, url: str) -> Object:
        """Return what is given for the refresh token. Who asks is told in a header, and to issuers that do not read it there in the body."""
        who = {"client_id": self._config["client-id"], "client_secret": self._config.get("client-secret") or ""}
        wanted = {"grant_type": "refresh_token", "refresh_token": self._config["refresh-token"]}
        basic = base64.b64encode(":".join(map(quote_plus, who.values())).encode()).decode()
        status, body = self._fetch(url, wanted, {"Authorization": f"Basic {basic}"})
        if not status.startswith("2"):
            told = {name: value for name, value in who.items() if value}
            status, body = self._fetch(url, {**wanted, **told})
        if status.startswith("2"):
            with suppress(RequestError):
                return read_json(body, "oauth2.tokenJSON")
        shown = body.decode(errors="replace")
        raise Unreachable(f"failed to refresh token: oauth2: cannot fetch token: {status}\nResponse: {shown}")

    def _fetch(
        self, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[str, bytes]:
        """Return the status and body of what is there, or of what is answered to a form."""
        method = "Get" if form is None else "Post"
        if not url.startswith(("http:", "https:")):
            raise Unreachable(f'{method} "{url}": unsupported protocol scheme "{urlsplit(url).scheme}"')
        request = Request(url, None if form is None else urlencode(form).encode(), dict(headers or {}))  # noqa: S310 - see above
        try:
            with urlopen(request, timeout=SECONDS, context=self._make_tls()) as answer:  # noqa: S310
                return f"{answer.status} {answer.reason}", answer.read()
        except HTTPError as error:
            with error:
                return f"{error.code} {error.reason}", error.read()
        except OSError as error:
            raise Unreachable(f'{method} "{url}": {_describe(error, url)}') from error

    def _make_tls(self) -> ssl.SSLContext:
        """Return how the issuer is trusted: by its own authority, if the kubeconfig has one."""
        context = ssl.create_default_context()
        data, path = (self._config.get(f"idp-certificate-authority{end}") for end in ("-data", ""))
        if data:
            context.load_verify_locations(cadata=base64.b64decode(data).decode())
        elif path:
            context.load_verify_locations(cafile=path)
        return context


def _describe(error: OSError, url: str) -> str:
    reason = error.reason if isinstance(error, URLError) and isinstance(error.reason, OSError) else error
    if isinstance(reason, ssl.SSLError):
        return describe_tls_error(reason, urlsplit(url).hostname or "")
    return describe_failure(parse_url(url), reason)


def read_expiry(token: str) -> float:
    """Return when a token ends, in seconds since the epoch. Raises Unreachable for what is none."""
    try:
        claims = token.split(".")[1]
        return float(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"])
    except (IndexError, KeyError, TypeError, ValueError):
        raise Unreachable("ID Token is not a valid JWT") from None
