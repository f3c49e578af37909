"""Addresses of assets: absolute, without what is nobody's to send, and only such as can be fetched."""

import pytest

from playhead.core.assets.addresses import absolute, file_name, hash_of, host_of

PAGE = "https://Shop.example/a/page.html?x=1#top"


@pytest.mark.parametrize(
    ("given", "url", "fragment"),
    [
        ("logo.png", "https://shop.example/a/logo.png", ""),
        ("/sprite.svg#cart", "https://shop.example/sprite.svg", "#cart"),
        ("//cdn.example/a b.png", "https://cdn.example/a%20b.png", ""),
        ("https://shop.example:443/x", "https://shop.example/x", ""),
        ("http://shop.example:8080/x", "http://shop.example:8080/x", ""),
        ("https://anna:secret@shop.example/x?y=%20z", "https://shop.example/x?y=%20z", ""),
        ("https://bücher.example/ü.png", "https://xn--bcher-kva.example/%C3%BC.png", ""),
        ("  ../lo\ngo.png ", "https://shop.example/logo.png", ""),
        ("http://[::1]:3000/x", "http://[::1]:3000/x", ""),
    ],
)
def test_absolute(given, url, fragment):
    assert absolute(given, PAGE) == (url, fragment)


@pytest.mark.parametrize(
    "given",
    [
        *("", "#top", "data:image/png;base64,AA", "javascript:alert(1)", "ftp://x.example/", "about:blank", "blob:x"),
        *("http://", "https://x.example:99999/", "https://[::1/", "file:///etc/passwd", "https://x/" + "a" * 3_000),
        "https://" + "ü" * 300 + ".example/",
    ],
)
def test_what_is_no_address_to_fetch(given):
    assert absolute(given, PAGE) is None


def test_names():
    assert host_of("https://shop.example:8443/x") == "shop.example:8443"
    assert len(hash_of("https://shop.example/x")) == 32
    assert file_name("https://shop.example/a/b%20(1).png?v=3") == "b-1-.png"
    assert file_name("https://shop.example/") == "asset"
    assert file_name("https://shop.example/%2e%2e/") == "asset"
