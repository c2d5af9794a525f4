"""What a program in a pod needs to reach its cluster without a kubeconfig: its service account.

https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from minikube_py.client.kubeconfig import Target

FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"


def find_in_cluster(environment: Mapping[str, str], namespace: str = "", folder: str = FOLDER) -> Target | None:
    """Return the cluster that this process runs in, None where it runs in none. `namespace` goes before the pod's own."""
    host, port = (environment.get(f"KUBERNETES_SERVICE_{what}") or "" for what in ("HOST", "PORT"))
    token, authority = (os.path.join(folder, name) for name in ("token", "ca.crt"))
    if not host or not port or not os.path.isfile(token):
        return None
    cluster = {"server": f"https://{f'[{host}]' if ':' in host else host}:{port}"}
    if os.path.isfile(authority):
        cluster["certificate-authority"] = authority
    own = environment.get("POD_NAMESPACE") or _read(os.path.join(folder, "namespace"))
    return Target("", namespace or own or "default", cluster, {"tokenFile": token}, "")


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return ""
