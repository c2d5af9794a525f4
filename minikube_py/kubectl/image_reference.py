"""The form of an image's name, as the flags of run and debug take it."""

from __future__ import annotations


def is_image_reference(text: str) -> bool:
    """Return whether a text has the form of an image's name (github.com/distribution/reference)."""
    import re

    part = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
    host = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
    digest = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
    return re.fullmatch(rf"(?:{host}/)?{part}(?:/{part})*(?::\w[\w.-]{{0,127}})?(?:@{digest})?", text, re.ASCII) is not None
