"""Style sheet, scripts and icon of the console. htmx comes with the widget's build, and from nowhere else."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response

from helpline.console.desk import Visit
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute

_HERE = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HTMX = "htmx.js"


async def send_static(visit: Visit) -> Response:
    """Send a file."""
    name = visit.request.path_params["name"]
    folder = visit.request.app.state.root / "widget" / "dist" / "console" if name == _HTMX else _HERE
    path = folder / name
    if path.parent != folder or path.suffix not in _TYPES or not path.is_file():
        raise HTTPException(404)
    content, packed, tag = _read(path, path.stat().st_mtime_ns)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if visit.request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in visit.request.headers.get("Accept-Encoding", ""):
        content, headers["Content-Encoding"] = packed, "gzip"
    return Response(content, media_type=_TYPES[path.suffix], headers=headers)


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int) -> tuple[bytes, bytes, str]:
    """Return a file, and the same compressed. Pages never are: they hold what somebody typed beside a secret."""
    content = path.read_bytes()
    return content, gzip.compress(content, 9, mtime=0), f'"{hashlib.sha256(content).hexdigest()[:20]}"'


ROUTES = [StaffRoute("/static/{name}", send_static, Permission.SIGN_IN, by_itself=True)]
