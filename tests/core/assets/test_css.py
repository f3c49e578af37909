"""Addresses in style sheets: found as CSS reads them, replaced where they stand, nothing else touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.core.assets.css import rewrite_css

SHEET = "https://shop.example/css/main.css"


def found(text: str) -> list[str]:
    seen: list[str] = []
    rewrite_css(text, SHEET, seen.append)
    return [url.removeprefix("https://shop.example") for url in seen]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("a{background:url(x.png)}", ["/css/x.png"]),
        ("a{background:URL( '../x.png' )}", ["/x.png"]),
        ('a{background:url("x y.png")}', ["/css/x%20y.png"]),
        (r"a{background:url(x\).png)}", ["/css/x).png"]),
        (r'a{background:url("\78 .png")}', ["/css/x.png"]),
        ("@import 'a.css' layer(x) screen;@import url(b.css);", ["/css/a.css", "/css/b.css"]),
        ("@font-face{src:local('X'),url(x.woff2) format('woff2')}", ["/css/x.woff2"]),
        ("a{background:image-set('a.png' 1x, url(b.png) 2x type('image/png'))}", ["/css/a.png", "/css/b.png"]),
        ("a{background:-webkit-image-set(url(a.png) 1x)}", ["/css/a.png"]),
        ("a{--x:url(v.png)}", ["/css/v.png"]),
        ("/* url(no.png) */ a{content:'url(no.png)'}", []),
        ("@namespace svg url(https://shop.example/ns);", []),
        ("a{fill:url(#gradient)} b{background:url(data:image/png;base64,AA)}", []),
        ("a{background:my-url(x.png)}", []),
        ("a{background:url()} b{background:url('')}", []),
        ("/* never closed url(x.png)", []),
        ("a{background:url(https://cdn.example/x.svg#icon)}", ["https://cdn.example/x.svg"]),
    ],
)
def test_what_is_an_address(text, urls):
    assert found(text) == urls


def test_replaced_where_it_stands():
    text = "@import 'a.css' print;a{b:url( x.svg#i ) no-repeat;c:image-set('y.png' 2x)}/* url(x) */"
    put = rewrite_css(text, SHEET, lambda url: "/kept/" + url.rpartition("/")[2])
    assert put == (
        '@import "/kept/a.css" print;a{b:url("/kept/x.svg#i") no-repeat;c:image-set("/kept/y.png" 2x)}/* url(x) */'
    )
    assert rewrite_css(text, SHEET, lambda _: None) == text


@given(st.text(alphabet="url()'\"\\/*@import -image-set#;{}\n.ax:", max_size=200))
def test_what_is_not_replaced_stays_as_it_was(text):
    assert rewrite_css(text, SHEET, lambda _: None) == text


@pytest.mark.parametrize(
    "part", ["url(", "url('", "@import '", "image-set(", "image-set((", "/*", "\\", "'\\", "url(\\"]
)
def test_every_sheet_comes_to_an_end(part):
    """A pattern that tries every way to read this would never."""
    assert rewrite_css("url(x)" + part * 20_000, SHEET, lambda _: None) == "url(x)" + part * 20_000
