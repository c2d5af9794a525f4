"""Folders that `cmd` chooses and lower rooms use."""

from __future__ import annotations

cache: str | None = None
"""Where to keep what can be made again, such as parsed copies of large files. None: nowhere."""
