"""Kinds: by first bytes, whatever the file was called."""

import pytest

from playhead.core.assets.kinds import kind_of, sheet_text


@pytest.mark.parametrize(
    ("body", "said", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "text/html", "image/png"),
        (b"\xff\xd8\xff\xe0", "", "image/jpeg"),
        (b"GIF89a...", "", "image/gif"),
        (b"RIFF....WEBPVP8 ", "", "image/webp"),
        (b"\0\0\0\x20ftypavif", "", "image/avif"),
        (b"wOF2....", "application/octet-stream", "font/woff2"),
        (b"\0\1\0\0....", "", "font/ttf"),
        (b"BM......", "image/bmp", "image/bmp"),
        (b"BM is a car", "text/plain", None),
        (b'<?xml version="1.0"?><!-- x --><svg xmlns="x"/>', "image/png", "image/svg+xml"),
        (b"<!DOCTYPE svg PUBLIC 'x'><svg>", "", "image/svg+xml"),
        (b"<html><svg>", "image/svg+xml", None),
        (b"<!doctype html><script>", "text/css", None),
        (b"a{color:red}", "text/css; charset=utf-8", "text/css"),
        (b"a{color:red}", "text/plain", None),
        (b"a\0{}", "text/css", None),
        (b"%PDF-1.7", "image/png", None),
        (b"MZ\x90", "image/png", None),
        (b"<!---->" * 580, "image/svg+xml", None),  # which a careless pattern would read in 2^580 ways
        (b"", "text/css", "text/css"),
        (b"", "image/png", None),
    ],
)
def test_kinds(body, said, kind):
    assert kind_of(body, said) == kind


def test_a_sheet_is_read_in_its_encoding():
    assert (
        sheet_text("a::before{content:'ü'}".encode("cp1252"), "text/css; charset=ISO-8859-1")
        == "a::before{content:'ü'}"
    )
    assert sheet_text(b'@charset "windows-1252";\xfc', "text/css") == '@charset "windows-1252";ü'
    assert sheet_text("\ufeffü".encode(), "text/css") == "ü"
