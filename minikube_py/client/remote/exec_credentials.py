"""Credential plugins: a program of the user's kubeconfig that is run and prints a token or a certificate.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, NamedTuple

from minikube_py.client.dialing import UNABLE
from minikube_py.client.request import Unreachable
from minikube_py.component_base.clock import Clock, parse_rfc3339
from minikube_py.component_base.os_errors import tell_os_error

Object = dict[str, Any]

VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
DOCUMENTATION = "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins"
NOT_INSTALLED = "It looks like you are trying to use a client-go credential plugin that is not installed."
LEARN_MORE = "To learn more about this feature, consult the documentation available at:"
CLUSTER_FIELDS = ("server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url")
CONFIG_EXTENSION = "client.authentication.k8s.io/exec"


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
        """Return credentials; `anew` where the server refused those it had. Raises Unreachable."""
        given = self._given
        if given is None or anew or (given.expires is not None and given.expires <= self._clock.now()):
            given = self._given = self._run()
        return given

    def _run(self) -> Given:
        version, command = self._wanted.get("apiVersion") or "", self._wanted.get("command") or ""
        if version not in VERSIONS:
            raise Unreachable(f'error: exec plugin: invalid apiVersion "{version}"')
        interactive = self._is_interactive()
        environment = {**os.environ, **{one["name"]: one["value"] for one in self._wanted.get("env") or ()}}
        environment["KUBERNETES_EXEC_INFO"] = json.dumps(self._describe(version, interactive))
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
            raise _refuse(f"exec: executable {command} failed with exit code {done.returncode}")
        return _read(done.stdout, version)

    def _is_interactive(self) -> bool:
        """Return whether the program may ask its questions. Raises Unreachable where it must, and nobody is there."""
        mode, terminal = self._wanted.get("interactiveMode", "IfAvailable"), sys.stdin.isatty()
        if mode == "Always" and not terminal:
            raise _refuse("exec plugin cannot support interactive mode: standard input is not a terminal")
        return mode != "Never" and terminal

    def _describe(self, version: str, interactive: bool) -> Object:
        spec: Object = {"interactive": interactive}
        if self._wanted.get("provideClusterInfo"):
            spec["cluster"] = {field: self._cluster[field] for field in CLUSTER_FIELDS if self._cluster.get(field)}
            for one in self._cluster.get("extensions") or ():
                if one.get("name") == CONFIG_EXTENSION:
                    spec["cluster"]["config"] = one.get("extension")
        return {"kind": "ExecCredential", "apiVersion": version, "spec": spec}

    def _explain_missing(self, command: str, error: OSError) -> str:
        if "/" in command or not isinstance(error, FileNotFoundError):
            return f"exec: fork/exec {command}: {tell_os_error(error)}"
        hint = self._wanted.get("installHint") or ""
        lines = [f"exec: executable {command} not found", "", NOT_INSTALLED, "", LEARN_MORE, f"      {DOCUMENTATION}"]
        return "\n".join([*lines, *(["", hint] if hint else [])])


def _refuse(why: str) -> Unreachable:
    return Unreachable(UNABLE.format(f"getting credentials: {why}"))


def _read(output: bytes, version: str) -> Given:
    found = _decode(output)
    status = found.get("status")
    kind, given_version = found.get("kind"), found.get("apiVersion")
    if kind != "ExecCredential" or given_version != version:
        raise _refuse(f"exec plugin is configured to use API version {version}, plugin returned version {given_version}")
    if status is None:
        raise _refuse("exec plugin didn't return a status field")
    token, certificate, key = (status.get(f) or "" for f in ("token", "clientCertificateData", "clientKeyData"))
    if not token and not certificate:
        raise _refuse("exec plugin didn't return a token or cert/key pair")
    if bool(certificate) != bool(key):
        raise _refuse("exec plugin returned only certificate or key, not both")
    stamp = status.get("expirationTimestamp")
    return Given(token, certificate.encode(), key.encode(), parse_rfc3339(stamp) if stamp else None)


def _decode(output: bytes) -> Object:
    """Return the object that was printed; YAML will do, as everywhere. Raises Unreachable."""
    from minikube_py.apimachinery.gosyntax import TYPE_META
    from minikube_py.apimachinery.yaml_load import load_value

    try:
        found = load_value(output)
    except ValueError as error:
        raise _refuse(f"decoding stdout: couldn't get version/kind; json parse error: {error}") from None
    if not isinstance(found, dict):
        what = "string" if isinstance(found, str) else "array" if isinstance(found, list) else "number"
        problem = f"json: cannot unmarshal {what} into Go value of type {TYPE_META}"
        raise _refuse(f"decoding stdout: couldn't get version/kind; json parse error: {problem}")
    return found
