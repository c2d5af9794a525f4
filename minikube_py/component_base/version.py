"""The versions this program answers with."""

from __future__ import annotations

from typing import Any

KUBERNETES_VERSION = "v1.33.13"
KUBERNETES_MINOR = "1.33"
PROGRAM_VERSION = "0.1.0"
MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}  # as Go names them


def describe_version() -> dict[str, Any]:
    """Return the version facts that client and server tell."""
    import platform

    major, minor, _ = KUBERNETES_VERSION.removeprefix("v").split(".")
    return {
        "major": major,
        "minor": minor,
        "gitVersion": KUBERNETES_VERSION,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": f"minikube_py {PROGRAM_VERSION}, Python {platform.python_version()}",
        "compiler": platform.python_implementation(),
        "platform": f"{platform.system().lower()}/{MACHINES.get(platform.machine(), platform.machine())}",
    }
