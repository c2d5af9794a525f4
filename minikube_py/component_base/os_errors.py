"""What the operating system refuses, in Go's words."""

from __future__ import annotations


def tell_os_error(error: OSError) -> str:
    """Return the reason alone, as Go's syscall.Errno gives it: `no such file or directory`."""
    return (error.strerror or str(error)).lower()
