"""The flags that choose an output format, and the printer they choose."""

from __future__ import annotations

from minikube_py.cli_runtime.flags import Flag, flag

PRINT_FLAGS: tuple[Flag, ...] = (
    flag(
        "output",
        "o",
        help="Format: wide, yaml, json, name, jsonpath=..., custom-columns=..., go-template=... and their -file forms",
    ),
    flag("template", help="Template text or file for -o go-template and -o jsonpath"),
    flag("allow-missing-template-keys", default=True, help="Let templates name fields that are not there"),
    flag("show-managed-fields", default=False, help="Keep metadata.managedFields in the output"),
)
