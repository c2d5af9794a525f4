"""Credential plugins: a program of the user's kubeconfig that is run and prints a token or a certificate.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from typing import Any, NamedTuple

from minikube_py.client.credentials import Credentials
from minikube_py.client.kubeconfig import ConfigError
from minikube_py.client.remote.tls import check_certificate, read_authority
from minikube_py.client.request import Unreachable
from minikube_py.component_base.clock import Clock, parse_rfc3339
from minikube_py.component_base.os_errors import tell_os_error

Object = dict[str, Any]

GROUP = "client.authentication.k8s.io"
VERSIONS = (f"{GROUP}/v1", f"{GROUP}/v1beta1")
KIND = "ExecCredential"
DOCUMENTATION = "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins"
NOT_INSTALLED = "It looks like you are trying to use a client-go credential plugin that is not installed."
LEARN_MORE = "To learn more about this feature, consult the documentation available at:"
CONFIG_EXTENSION = f"{GROUP}/exec"
TEXTS = ("token", "clientCertificateData", "clientKeyData", "expirationTimestamp")
_SCHEME = "pkg/client/auth/exec/exec.go:62"


class Given(NamedTuple):
    """What a plugin gave; good until `expires`, in seconds since the epoch."""

    token: str = ""
    certificate: bytes = b""
    key: bytes = b""
    expires: float | None = None


class Plugin:
    """Runs the plugin that a user entry's `exec` describes, and keeps what it gave while that is good."""

    def __init__(self, wanted: Object, cluster: Object, clock: Clock) -> None:
        self._wanted, self._cluster, self._clock = wanted, cluster, clock
        self._given: Given | None = None

    def get(self, *, anew: bool = False) -> Given:
        """Return credentials; `anew` where the server refused those it had. Raises Unreachable, ConfigError."""
        given = self._given
        if given is None or anew or (given.expires is not None and given.expires <= self._clock.now()):
            given = self._given = self._run()
        return given

    def _run(self) -> Given:
        version, command = self._wanted.get("apiVersion") or "", self._wanted.get("command") or ""
        if version not in VERSIONS:
            raise ConfigError(f'exec plugin: invalid apiVersion "{version}"')
        interactive = self._is_interactive()
        environment = {**os.environ, **{one["name"]: one.get("value") or "" for one in self._wanted.get("env") or ()}}
        info = json.dumps(self._describe(version, interactive), separators=(",", ":"), ensure_ascii=False)
        environment["KUBERNETES_EXEC_INFO"] = f"{info}\n"
        try:
            done = subprocess.run(
                [command, *(self._wanted.get("args") or ())],
                env=environment,
                stdin=None if interactive else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                check=False,
            )
        except OSError as error:
            raise _refuse(self._explain_missing(command, error)) from error
        if done.returncode != 0:
            code = max(done.returncode, -1)  # Go's of what a signal ended
            raise _refuse(f"exec: executable {command} failed with exit code {code}")
        given = _read(done.stdout, version)
        if given.certificate:
            try:
                check_certificate(Credentials(certificate=given.certificate, key=given.key))
            except ConfigError as error:
                raise _refuse(f"failed parsing client key/certificate: {error}") from error
        return given

    def _is_interactive(self) -> bool:
        """Return whether the program may ask its questions. Raises Unreachable where it must, and nobody is there."""
        mode, terminal = self._wanted.get("interactiveMode", "IfAvailable"), sys.stdin.isatty()
        if mode == "Always" and not terminal:
            raise _refuse("exec plugin cannot support interactive mode: standard input is not a terminal")
        return mode != "Never" and terminal

    def _describe(self, version: str, interactive: bool) -> Object:
        """Return what the program is told, in the order of Go's fields."""
        spec: Object = {"cluster": self._describe_cluster()} if self._wanted.get("provideClusterInfo") else {}
        return {"kind": KIND, "apiVersion": version, "spec": {**spec, "interactive": interactive}}

    def _describe_cluster(self) -> Object:
        cluster = self._cluster
        found = {
            **{field: cluster.get(field) for field in ("server", "tls-server-name", "insecure-skip-tls-verify")},
            "certificate-authority-data": base64.b64encode(read_authority(cluster)).decode(),
            **{field: cluster.get(field) for field in ("proxy-url", "disable-compression")},
        }
        configs = (one.get("extension") for one in cluster.get("extensions") or () if one.get("name") == CONFIG_EXTENSION)
        return {**{field: value for field, value in found.items() if value}, "config": next(configs, None)}

    def _explain_missing(self, command: str, error: OSError) -> str:
        if "/" in command or not isinstance(error, FileNotFoundError):
            return f"exec: fork/exec {command}: {tell_os_error(error)}"
        hint = self._wanted.get("installHint") or ""
        lines = [f"exec: executable {command} not found", "", NOT_INSTALLED, "", LEARN_MORE, f"      {DOCUMENTATION}"]
        return "\n".join([*lines, *(["", hint] if hint else [])])


def _refuse(why: str) -> Unreachable:
    return Unreachable(f"getting credentials: {why}")


def _read(output: bytes, version: str) -> Given:
    found = _decode(output)
    kind, given_version = found.get("kind") or KIND, found.get("apiVersion") or f"{GROUP}/__internal"
    if given_version not in (*VERSIONS, f"{GROUP}/__internal") or kind != KIND:
        raise _refuse(f'decoding stdout: no kind "{kind}" is registered for version "{given_version}" in scheme "{_SCHEME}"')
    if given_version != version:
        raise _refuse(f"exec plugin is configured to use API version {version}, plugin returned version {given_version}")
    status = found.get("status")
    if status is None:
        raise _refuse("exec plugin didn't return a status field")
    token, certificate, key, stamp = (_read_text(status, field) for field in TEXTS)
    if not token and not certificate and not key:
        raise _refuse("exec plugin didn't return a token or cert/key pair")
    if bool(certificate) != bool(key):
        raise _refuse("exec plugin returned only certificate or key, not both")
    return Given(token, certificate.encode(), key.encode(), _read_time(stamp) if stamp else None)


def _read_text(status: Object, field: str) -> str:
    value = status.get(field) or ""
    if isinstance(value, str):
        return value
    where = f"Go struct field ExecCredentialStatus.status.{field} of type string"
    raise _refuse(f"decoding stdout: json: cannot unmarshal {_name_kind(value)} into {where}")


def _read_time(stamp: str) -> float:
    from minikube_py.apimachinery.scalars import canonicalize_time

    try:
        return parse_rfc3339(canonicalize_time(stamp))
    except ValueError as error:
        raise _refuse(f"decoding stdout: {error}") from None


def _decode(output: bytes) -> Object:
    """Return the object that was printed; YAML will do, as everywhere. Raises Unreachable."""
    from minikube_py.apimachinery.gosyntax import TYPE_META
    from minikube_py.apimachinery.json_syntax import explain
    from minikube_py.apimachinery.yaml_load import load_value

    why = "decoding stdout: couldn't get version/kind; json parse error: "
    try:
        found = json.loads(output) if output.lstrip().startswith(b"{") else load_value(output)
        found = {} if found is None else found
    except json.JSONDecodeError:
        raise _refuse(f"{why}{explain(output.decode(errors='replace'))}") from None
    except ValueError as error:
        raise _refuse(f"{why}{error}") from None
    if not isinstance(found, dict):
        raise _refuse(f"{why}json: cannot unmarshal {_name_kind(found)} into Go value of type {TYPE_META}")
    return found


def _name_kind(value: object) -> str:
    return {dict: "object", list: "array", str: "string", bool: "bool"}.get(type(value), "number")
