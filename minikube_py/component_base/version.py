"""The versions this program answers with."""

KUBERNETES_VERSION = "v1.33.13"
KUBERNETES_MINOR = "1.33"
PROGRAM_VERSION = "0.1.0"
