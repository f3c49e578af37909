"""Auth: a login is signed, expires, ends with the password, and cannot be guessed quickly."""

import pytest

from playhead.web.auth import MAX_FAILURES, Auth, safe_next

PASSWORD = "correct horse battery"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def make(password: str = PASSWORD, secret: bytes = b"s" * 32, clock: Clock | None = None) -> Auth:
    return Auth(password=password, secret=secret, required=True, now_s=clock or Clock())


def test_an_issued_login_is_valid_until_it_expires():
    clock = Clock()
    auth = make(clock=clock)
    cookie = auth.issue()
    assert auth.valid(cookie)
    clock.now += 15 * 24 * 3600
    assert not auth.valid(cookie)


@pytest.mark.parametrize(
    "change", [lambda c: c[:-1], lambda c: "9" + c, lambda c: "", lambda c: "..", lambda c: c + "0"]
)
def test_a_changed_login_is_not_valid(change):
    auth = make()
    assert not auth.valid(change(auth.issue()))


def test_another_password_or_secret_ends_every_login():
    cookie = make().issue()
    assert not make(password="another long password").valid(cookie)
    assert not make(secret=b"t" * 32).valid(cookie)


def test_guessing_is_slowed_for_a_minute():
    clock = Clock()
    auth = make(clock=clock)
    assert not any(auth.try_password(f"guess {n}") for n in range(MAX_FAILURES))
    assert not auth.try_password(PASSWORD)
    clock.now += 61
    assert auth.try_password(PASSWORD)


def test_an_empty_password_opens_nothing():
    assert not make(password="").try_password("")


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\nb", ""])
def test_next_never_leaves_this_server(wanted):
    assert safe_next(wanted) == "/sessions"


def test_next_keeps_a_path_of_ours():
    assert safe_next("/sessions/s_1?t_ms=4") == "/sessions/s_1?t_ms=4"
