"""Static files for nginx and httpd: a path below a folder, with types, directories and conditional requests."""

from __future__ import annotations

import os
import stat

from . import web

TYPES = {
    "html": "text/html", "htm": "text/html", "css": "text/css", "js": "application/javascript", "json": "application/json",
    "txt": "text/plain", "xml": "text/xml", "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg",
    "jpeg": "image/jpeg", "gif": "image/gif", "ico": "image/x-icon", "pdf": "application/pdf", "wasm": "application/wasm",
}  # fmt: skip


def get_file(request: web.Request, root: str, path: str, indexes: tuple[str, ...] = ("index.html",)) -> web.Response:
    """Return the file behind a decoded path below `root`: 404, 403 for folders without an index, 301 to a folder's slash.

    Errors have an empty body; the server writes its own page.
    """
    if ".." in path.split("/") or "\0" in path:
        return web.Response(status=400)
    full = root + "/" + path.lstrip("/")
    if os.path.isdir(full):
        if not path.endswith("/"):
            host = request.headers.get("host", "localhost")
            return web.Response(status=301, headers=(("Location", f"http://{host}{path}/"),))
        names = [full + name for name in indexes if os.path.isfile(full + name)]
        if not names:
            return web.Response(status=403)
        full = names[0]
    return _read(request, full)


def _read(request: web.Request, full: str) -> web.Response:
    try:
        with open(full, "rb") as file:
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode):
                return web.Response(status=404)
            body = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return web.Response(status=404)
    except OSError:
        return web.Response(status=403)
    etag = f'"{int(info.st_mtime):x}-{info.st_size:x}"'
    headers = (("Last-Modified", web.format_date(info.st_mtime)), ("ETag", etag), ("Accept-Ranges", "bytes"))
    if request.headers.get("if-none-match") == etag:
        return web.Response(status=304, content_type="", headers=headers)
    kind = TYPES.get(full.rpartition(".")[2].lower(), "application/octet-stream")
    return web.Response(body, content_type=kind, headers=headers)
