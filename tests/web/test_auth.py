"""Auth: passwords are slow to try, logins end when they should, tokens hold less than their maker, next stays here."""

from pathlib import Path

import pytest

from playhead.query import logins, passwords, people
from playhead.query.passwords import PasswordError, check_password, hash_password
from playhead.query.rights import ROLES
from playhead.store import Store, open_store
from playhead.web.attempts import PER_ACCOUNT, PER_ADDRESS
from playhead.web.auth import Auth, safe_next

PASSWORD = "correct horse battery"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock):
    with open_store(tmp_path, now_ms=lambda: int(clock.now * 1000)) as opened:
        yield opened


def make(store: Store, clock: Clock, *, password: str = PASSWORD, secret: bytes = b"s" * 32) -> Auth:
    return Auth(store, password=password, secret=secret, required=True, now_s=clock)


def test_the_admin_password_opens_everything_until_the_login_expires(store, clock):
    auth = make(store, clock)
    cookie, who = auth.log_in("", PASSWORD)
    assert who.rights == ROLES["admin"]
    assert auth.by_cookie(cookie).called == "admin password"
    clock.now += 15 * 24 * 3600
    assert auth.by_cookie(cookie) is None


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: "9" + c, lambda c: "", lambda c: c + "0"])
def test_a_changed_login_is_not_valid(store, clock, change):
    auth = make(store, clock)
    cookie, _ = auth.log_in("", PASSWORD)
    assert auth.by_cookie(change(cookie)) is None


def test_another_admin_password_or_secret_ends_every_login_of_it(store, clock):
    cookie, _ = make(store, clock).log_in("", PASSWORD)
    assert make(store, clock, password="another long password").by_cookie(cookie) is None
    assert make(store, clock, secret=b"t" * 32).by_cookie(cookie) is None


def test_guessing_one_account_is_slowed_for_a_minute_and_leaves_the_others_alone(store, clock):
    people.add_person(store, email="ada@example.org", role="member", password=PASSWORD)
    auth = make(store, clock)
    assert not any(auth.log_in("", f"guess {n}", address="10.0.0.1") for n in range(PER_ACCOUNT))
    assert auth.log_in("", PASSWORD, address="10.0.0.2") is None
    assert auth.log_in("Ada@Example.org ", PASSWORD, address="10.0.0.2") is not None
    clock.now += 61
    assert auth.log_in("", PASSWORD, address="10.0.0.2") is not None


def test_guessing_many_accounts_from_one_address_is_slowed(store, clock):
    auth = make(store, clock)
    for n in range(PER_ADDRESS):
        auth.by_bearer(f"guess {n}", "10.0.0.1") if n % 2 else auth._attempts.failed(f"a{n}@x.org", "10.0.0.1")
        clock.now += 0.5
    assert auth.log_in("", PASSWORD, address="10.0.0.1") is None


def test_an_empty_password_opens_nothing(store, clock):
    auth = make(store, clock, password="")
    assert auth.log_in("", "") is None and auth.by_bearer("") is None


def test_passwords_are_kept_slow_salted_and_only_as_long_as_is_wise():
    kept = hash_password(PASSWORD)
    assert PASSWORD not in kept and kept.startswith("scrypt$15$8$3$") and kept != hash_password(PASSWORD)
    assert check_password(PASSWORD, kept) and not check_password(PASSWORD + " ", kept)
    assert not check_password("", "") and not check_password(PASSWORD, "scrypt$broken")
    for unfit in ("short", "a" * 40, "x" * 2000):
        with pytest.raises(PasswordError):
            hash_password(unfit)


def test_an_unknown_address_takes_as_long_as_a_known_one(store, monkeypatch):
    people.add_person(store, email="ada@example.org", role="member", password=PASSWORD)
    costs, scrypt = [], passwords._scrypt
    monkeypatch.setattr(passwords, "_scrypt", lambda *cost: costs.append(cost[2:]) or scrypt(*cost))
    for email in ("ada@example.org", "nobody@example.org"):
        assert people.by_password(store, email, "wrong wrong wrong") is None
    assert costs[0] == costs[1] == (15, 8, 3)


def test_a_token_holds_what_it_was_given_as_far_as_its_owner_goes(store, clock):
    ada = people.add_person(store, email="ada@example.org", role="member")
    who = logins.Who(ada.id, ada.email, ROLES["member"], "member")
    token, about = logins.create_token(store, who, name="export", scopes=["watch", "export"], days=7)
    assert token.startswith("pht_") and about.scopes == ["export", "watch"]
    auth = make(store, clock)
    assert auth.by_bearer(token).rights == {"watch", "export"}
    people.change_person(store, ada.id, role="viewer")
    assert auth.by_bearer(token).rights == {"watch"}, "a smaller role holds for its tokens at once"
    people.change_person(store, ada.id, active=False)
    assert auth.by_bearer(token) is None
    people.change_person(store, ada.id, active=True)
    clock.now += 8 * 24 * 3600
    assert auth.by_bearer(token) is None, "expired"


@pytest.mark.parametrize(
    ("scopes", "days", "says"),
    [(["erase"], 7, "a right you do not have"), ([], 7, "at least one"), (["watch"], 0, "from 1 to")],
)
def test_a_token_that_makes_no_sense_is_refused(store, scopes, days, says):
    ada = people.add_person(store, email="ada@example.org", role="member")
    who = logins.Who(ada.id, ada.email, ROLES["member"], "member")
    with pytest.raises(logins.TokenError, match=says):
        logins.create_token(store, who, name="x", scopes=scopes, days=days)


def test_nothing_that_opens_a_door_is_kept_readable(store, clock, tmp_path):
    ada = people.add_person(store, email="ada@example.org", role="admin", password=PASSWORD)
    auth = make(store, clock)
    cookie, _ = auth.log_in("ada@example.org", PASSWORD)
    token, _ = logins.create_token(store, auth.by_cookie(cookie), name="x", scopes=["watch"], days=1)
    link = people.invite(store, ada.id)
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert b"ada@example.org" in held
    for secret in (cookie, token, link, PASSWORD):
        assert secret.encode() not in held


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\nb", ""])
def test_next_never_leaves_this_server(wanted):
    assert safe_next(wanted) == "/sessions"


def test_next_keeps_a_path_of_ours():
    assert safe_next("/sessions/s_1?t_ms=4") == "/sessions/s_1?t_ms=4"
