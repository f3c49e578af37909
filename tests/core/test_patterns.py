"""Patterns compiled late behave as patterns compiled at once."""

import re

from playhead.core.patterns import late


def test_a_late_pattern_finds_what_the_pattern_finds():
    pattern, text = late(r"(a+)b?", re.I), "xaAb ab a"
    early = re.compile(r"(a+)b?", re.I)
    assert [found.span() for found in pattern.finditer(text)] == [found.span() for found in early.finditer(text)]
    assert pattern.sub("-", text) == early.sub("-", text)
    assert pattern.split(text) == early.split(text)
    assert pattern.fullmatch("ab") and not pattern.fullmatch("abx")
    assert pattern.match("abx") and not pattern.match("xab")
    assert pattern.search(text) and pattern.search(text)
    assert pattern.pattern == early.pattern
