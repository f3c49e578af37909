"""Agents: browser, system and kind of device, as far as a user agent string still tells."""

from typing import Final

from playhead.core.patterns import late

_BROWSERS: Final = (
    ("Edge", late(r"\bEdg(?:e|A|iOS)?/(\d+)")),
    ("Opera", late(r"\bOPR/(\d+)")),
    ("Samsung Internet", late(r"\bSamsungBrowser/(\d+)")),
    ("Firefox", late(r"\b(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", late(r"\b(?:HeadlessChrome|Chrome|CriOS)/(\d+)")),
    ("Safari", late(r"\bVersion/(\d+)[.\d]* (?:Mobile/\S+ )?Safari/")),
)
_SYSTEMS: Final = (
    ("iPadOS", late(r"\biPad\b")),
    ("iOS", late(r"\biPhone\b|\biPod\b")),
    ("Android", late(r"\bAndroid\b")),
    ("Windows", late(r"\bWindows\b")),
    ("ChromeOS", late(r"\bCrOS\b")),
    ("macOS", late(r"\bMacintosh\b")),
    ("Linux", late(r"\bLinux\b|\bX11\b")),
)


def device_of(agent: str) -> tuple[str, str, str]:
    """Return (browser with major version, operating system, device), each "" where the agent does not say."""
    if not agent:
        return "", "", ""
    agent = agent[:1_000]
    browser = next((f"{name} {found[1]}" for name, pattern in _BROWSERS if (found := pattern.search(agent))), "")
    system = next((name for name, pattern in _SYSTEMS if pattern.search(agent)), "")
    if system == "iPadOS" or (system == "Android" and "Mobile" not in agent):
        return browser, system, "tablet"
    return browser, system, "phone" if system in ("iOS", "Android") else "desktop"
