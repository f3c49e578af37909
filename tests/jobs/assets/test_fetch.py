"""Fetching from servers that mean harm: real connections to a real server on this machine."""

import gzip
import threading
import time

import httpcore
import pytest

from playhead.jobs.assets.fetch import Fetcher, NotKept
from tests.jobs.assets.conftest import PNG, bomb, here


@pytest.fixture
def fetcher(site):
    with Fetcher(private=[site.host], resolve=here, max_bytes=100_000, max_s=1.0) as made:
        yield made


def anywhere(host: str) -> bool:
    return True


def refused(fetcher, url, may=anywhere):
    with pytest.raises(NotKept) as caught:
        fetcher.fetch(url, may=may)
    return str(caught.value)


def test_a_picture_and_what_is_sent_for_it(site, fetcher, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    site.say("/logo.png", set_cookie="id=1")
    for _ in range(2):
        got = fetcher.fetch(f"{site.url}/logo.png?v=1", may=anywhere)
        assert (got.url, got.kind, got.body) == (f"{site.url}/logo.png?v=1", "image/png", PNG)
    for path, headers in site.asked:
        assert path == "/logo.png?v=1"
        assert sorted(headers) == ["accept", "accept-encoding", "host", "user-agent"]
        assert headers["host"] == site.host


def test_gzip_is_undone_within_the_limit(site, fetcher):
    site.say("/a.css", gzip.compress(b"a{color:red}"), "text/css", content_encoding="gzip")
    site.say("/bomb.css", bomb(50_000_000), "text/css", content_encoding="gzip")
    site.say("/br.css", b"x", "text/css", content_encoding="br")
    site.say("/cut.css", gzip.compress(b"a{}")[:-6], "text/css", content_encoding="gzip")
    assert fetcher.fetch(f"{site.url}/a.css", may=anywhere).body == b"a{color:red}"
    assert refused(fetcher, f"{site.url}/bomb.css") == "too large, or damaged gzip"
    assert refused(fetcher, f"{site.url}/cut.css") == "too large, or damaged gzip"
    assert refused(fetcher, f"{site.url}/br.css") == "an encoding nobody asked for"


def test_what_is_no_asset_is_not_kept(site, fetcher):
    site.say("/page", b"<html><script>alert(1)</script>", "image/png")
    site.say("/login.css", b"<!doctype html>log in", "text/css")
    for path in ("/page", "/login.css"):
        assert refused(fetcher, site.url + path) == "no picture, font or style sheet"
    assert refused(fetcher, f"{site.url}/gone.png") == "answered 404"


def test_too_much(site, fetcher):
    site.say("/huge.png", PNG + b"x" * 200_000)
    site.stream("/endless.png", head=PNG, drip=b"x" * 10_000)
    site.stream("/claims.png", head=PNG, drip=b"x" * 10_000, length=str(1 << 40))
    site.stream("/lies.png", head=PNG, drip=b"", length="99999", wait_s=0.05)
    for path in ("/huge.png", "/endless.png", "/claims.png"):
        assert refused(fetcher, site.url + path) == "too large"
    assert refused(fetcher, f"{site.url}/lies.png") == "too slow"


def test_too_slow_however_it_drips(site, fetcher, silent):
    site.stream("/drip.png", head=PNG, wait_s=0.05)
    site.drip_headers("/headers.png")
    for path in ("/drip.png", "/headers.png"):
        began = time.monotonic()
        assert refused(fetcher, site.url + path) == "too slow"
        assert time.monotonic() - began < 30  # a dripping server would go on for ever
    with Fetcher(private=[f"mute.test:{silent}"], resolve=here, max_s=0.5) as short:
        assert refused(short, f"http://mute.test:{silent}/x.png") == "too slow"


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "private address"),
        ("http://metadata.test/", "private address"),
        ("http://127.0.0.1/x.png", "private address"),
        ("http://[::ffff:127.0.0.1]/x.png", "private address"),
        ("http://2130706433/x.png", "private address"),
        ("file:///etc/passwd", "a redirect to no address"),
        ("ftp://shop.test/x.png", "a redirect to no address"),
        ("", "a redirect to no address"),
        ("http://elsewhere.test/x.png", "not one of the site's hosts"),
    ],
)
def test_every_hop_is_an_address_of_its_own(site, to, reason):
    names = {"shop.test": "127.0.0.1", "metadata.test": "169.254.169.254"}

    def resolve(host, port):
        return [{"2130706433": "127.0.0.1"}.get(host) or names.get(host, host)]

    site.redirect("/away.png", to)
    with Fetcher(private=[site.host], resolve=resolve, max_s=2.0) as fetcher:
        assert refused(fetcher, f"{site.url}/away.png", may=lambda host: host != "elsewhere.test") == reason
    assert [path for path, _ in site.asked] == ["/away.png"]


def test_redirects_end(site, fetcher):
    site.redirect("/a.png", "/b.png")
    site.redirect("/b.png", "/c/d.png")
    site.say("/c/d.png")
    site.redirect("/loop.png", "/loop.png")
    assert fetcher.fetch(f"{site.url}/a.png", may=anywhere).url == f"{site.url}/c/d.png"
    assert refused(fetcher, f"{site.url}/loop.png") == "too many redirects"


def test_a_name_that_means_something_else_a_second_later(site, monkeypatch):
    """DNS rebinding: the connection goes to the address that was checked; a second look would be another check."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    asked, tried = [], []

    def resolve(host, port):
        asked.append(host)
        return next(answers)

    def connect(self, host, port, **_):
        tried.append(host)
        raise httpcore.ConnectError("the world is not asked by a test")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with Fetcher(resolve=resolve, max_s=0.5) as fetcher:
        assert refused(fetcher, f"{site.url}/x.png") == "cannot be reached"
        assert (asked, tried) == (["shop.test"], ["93.184.215.14"])
        assert refused(fetcher, f"{site.url}/x.png") == "private address"
    assert tried == ["93.184.215.14"]


def test_only_the_port_that_was_named(site):
    site.say("/x.png")
    with Fetcher(private=["shop.test:1"], resolve=here, max_s=1.0) as fetcher:
        assert refused(fetcher, f"{site.url}/x.png") == "private address"
    assert site.asked == []


def test_a_server_that_is_not_there_or_speaks_another_language(site, fetcher):
    def nonsense(request):
        request.close_connection = True
        request.wfile.write(b"SSH-2.0-x\r\n\r\n")

    site.answers["/x.png"] = nonsense
    assert refused(fetcher, f"{site.url}/x.png") == "cannot be reached"
    assert refused(fetcher, site.url.replace("http:", "https:") + "/x.png") == "cannot be reached"
    with Fetcher(private=["shop.test:1"], resolve=here, max_s=1.0) as other:
        assert refused(other, "http://shop.test:1/x.png") == "cannot be reached"


def test_many_at_once_each_with_its_own_time(site):
    site.say("/x.png")
    site.stream("/drip.png", head=PNG, wait_s=0.05)
    outcomes = []

    def run(path):
        with Fetcher(private=[site.host], resolve=here, max_s=0.5) as fetcher:
            try:
                outcomes.append(fetcher.fetch(site.url + path, may=anywhere).kind)
            except NotKept as error:
                outcomes.append(str(error))

    threads = [threading.Thread(target=run, args=(path,)) for path in ["/x.png", "/drip.png"] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["image/png"] * 3 + ["too slow"] * 3
