"""A pod's way to its cluster's API where no root file system can show the service account at its place: a kubeconfig."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"


def write_kubeconfig(env: Mapping[str, str], config: Mapping[str, Any], folder: str) -> dict[str, str]:
    """Return the environment with a $KUBECONFIG, written below `folder`, that leads where an in-cluster configuration would.

    Client libraries and kubectl look at it before or after the fixed path. Nothing is added where the container names one of
    its own, or has no token.
    """
    source = next((str(mount["host_path"]) for mount in config["mounts"] if mount["container_path"] == MOUNT_PATH), "")
    host, port = (env.get(f"KUBERNETES_SERVICE_{what}", "") for what in ("HOST", "PORT"))
    if not (source and host and port) or "KUBECONFIG" in env:
        return dict(env)
    path = os.path.join(folder, ".kubeconfig")
    _write_private(path, json.dumps(_describe(f"https://{host}:{port}", source)))
    return {**env, "KUBECONFIG": path}


def _describe(server: str, source: str) -> dict[str, Any]:
    """Return the kubeconfig: the token's file, which is kept fresh, and its present content for who reads no such file."""
    user = {"tokenFile": os.path.join(source, "token"), "token": _read(os.path.join(source, "token"))}
    context = {"cluster": "in-cluster", "user": "service-account", "namespace": _read(os.path.join(source, "namespace"))}
    cluster = {"server": server, "certificate-authority": os.path.join(source, "ca.crt")}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "in-cluster", "cluster": cluster}],
        "users": [{"name": "service-account", "user": user}],
        "contexts": [{"name": "in-cluster", "context": context}],
        "current-context": "in-cluster",
    }


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:  # a projection of the user's own
        return ""


def _write_private(path: str, text: str) -> None:
    """Replace a file whole: commands in the container may be reading it."""
    draft = f"{path}.{os.getpid()}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(draft, path)
