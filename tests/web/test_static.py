"""The widget's files, and nothing beside them."""

import gzip
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.web.server import Door

SCRIPT = "customElements.define('mbc-chat', class extends HTMLElement {});\n" * 20


@pytest.fixture
def project(tmp_path: Path) -> Path:
    dist = tmp_path / "widget" / "dist"
    (dist / "img").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Demo</title>")
    (dist / "mbc-chat.js").write_text(SCRIPT)
    (dist / "mbc-chat.js.map").write_text("{}")
    (dist / "img" / "flower.svg").write_text("<svg/>")
    (tmp_path / "widget" / "secret.js").write_text("not for the public")
    (dist / "outside.js").symlink_to(tmp_path / "widget" / "secret.js")
    return tmp_path


@pytest.fixture
def url(serve: Callable[..., Door], project: Path) -> str:
    return serve(root=project).url


def test_demo_page_is_served_under_a_strict_policy(url: str) -> None:
    answer = httpx.get(f"{url}/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


def test_page_without_a_slash_leads_to_the_one_with(url: str) -> None:
    answer = httpx.get(url)
    assert answer.status_code == 308
    assert httpx.get(url, follow_redirects=True).url.path == "/webhooks/website/"


@pytest.mark.parametrize(("path", "type_"), [("/mbc-chat.js", "text/javascript"), ("/img/flower.svg", "image/svg")])
def test_files_have_their_types(url: str, path: str, type_: str) -> None:
    answer = httpx.get(f"{url}{path}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(type_)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_script_is_compressed_for_who_takes_it(url: str) -> None:
    with httpx.stream("GET", f"{url}/mbc-chat.js", headers={"Accept-Encoding": "gzip"}) as answer:
        assert gzip.decompress(b"".join(answer.iter_raw())).decode() == SCRIPT
    plain = httpx.get(f"{url}/mbc-chat.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.text == SCRIPT


def test_unchanged_file_is_not_sent_again(url: str, project: Path) -> None:
    first = httpx.get(f"{url}/mbc-chat.js")
    again = httpx.get(f"{url}/mbc-chat.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    (project / "widget" / "dist" / "mbc-chat.js").write_text("changed")
    changed = httpx.get(f"{url}/mbc-chat.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.text) == (200, "changed")


def test_head_gives_headers_only(url: str) -> None:
    answer = httpx.head(f"{url}/mbc-chat.js")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/mbc-chat.js.map",
        "/missing.js",
        "/img",
        "/img/",
        "/outside.js",
        "/../secret.js",
        "/..%2fsecret.js",
        "/%2e%2e/secret.js",
        "/..%5csecret.js",
        "//etc/passwd",
        "/" + "a" * 5000 + ".js",
    ],
)
def test_nothing_else_is_served(url: str, path: str) -> None:
    answer = httpx.get(f"{url}{path}")
    assert answer.status_code == 404
    assert "not for the public" not in answer.text


def test_page_that_was_not_built_is_said_kindly(serve: Callable[..., Door], tmp_path: Path) -> None:
    answer = httpx.get(f"{serve(root=tmp_path).url}/")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
