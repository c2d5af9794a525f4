"""Files of a folder over HTTP, as Go's http.FileServer serves them: `proxy --www`."""

from __future__ import annotations

import html
import mimetypes
import os
from email.utils import formatdate, parsedate_to_datetime
from urllib.parse import quote, unquote

from minikube_py.client.http_message import PLAIN_TEXT, HttpAnswer, HttpRequest

INDEX = "index.html"
NOT_FOUND = b"404 page not found\n"


def serve_file(folder: str, path: str, message: HttpRequest) -> HttpAnswer:
    """Answer a request for `path` below `folder`: a file, a folder's index.html or the list of what is in it."""
    parts = [part for part in unquote(path).split("/") if part not in ("", ".")]
    if ".." in parts or any("\0" in part for part in parts):
        return answer_text(400, b"invalid URL path\n")
    found = os.path.join(folder, *parts)
    if parts and parts[-1] == INDEX:
        return redirect("./")
    if os.path.isdir(found):
        if not path.endswith("/") and parts:
            return redirect(quote(parts[-1]) + "/")
        index = os.path.join(found, INDEX)
        return _serve(index, message) if os.path.isfile(index) else _list(found)
    if path.endswith("/") and parts:
        return redirect("../" + quote(parts[-1]))
    return _serve(found, message)


def _serve(path: str, message: HttpRequest) -> HttpAnswer:
    try:
        with open(path, "rb") as file:
            modified = int(os.fstat(file.fileno()).st_mtime)
            body = file.read()
    except FileNotFoundError:
        return answer_text(404, NOT_FOUND)
    except PermissionError:
        return answer_text(403, b"403 Forbidden\n")
    except OSError:
        return answer_text(500, b"500 Internal Server Error\n")
    stamp = ("Last-Modified", formatdate(modified, usegmt=True))
    if not _is_newer(modified, message.header("if-modified-since")):
        return HttpAnswer(304, (stamp,), iter((b"",)))
    return HttpAnswer(200, (("Content-Type", _guess_type(path, body)), stamp), iter((body,)))


def _is_newer(modified: int, since: str) -> bool:
    try:
        return not since or modified > parsedate_to_datetime(since).timestamp()
    except ValueError:
        return True


def _guess_type(path: str, body: bytes) -> str:
    found = mimetypes.guess_type(path)[0]
    if found is None:
        return "application/octet-stream" if b"\0" in body[:512] else PLAIN_TEXT
    return f"{found}; charset=utf-8" if found.startswith("text/") else found


def _list(folder: str) -> HttpAnswer:
    lines = []
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return answer_text(500, b"Error reading directory\n")
    for entry in entries:
        name = entry.name + "/" * entry.is_dir(follow_symlinks=False)
        lines.append(f'<a href="{quote(name)}">{html.escape(name)}</a>\n')
    page = '<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n' + "".join(lines) + "</pre>\n"
    return HttpAnswer(200, (("Content-Type", "text/html; charset=utf-8"),), iter((page.encode("utf-8", "surrogateescape"),)))


def redirect(where: str) -> HttpAnswer:
    """Return the answer that sends the caller elsewhere."""
    return HttpAnswer(301, (("Location", where),), iter((b"",)))


def answer_text(status: int, text: bytes) -> HttpAnswer:
    """Return a plain text, as Go's http.Error writes it."""
    return HttpAnswer(status, (("Content-Type", PLAIN_TEXT), ("X-Content-Type-Options", "nosniff")), iter((text,)))
