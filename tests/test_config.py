"""Config: flags over variables over defaults; never open to other machines without a credential."""

from pathlib import Path

import pytest

from playhead.config import ConfigError, load_config


def test_defaults_listen_on_this_machine_only_and_need_no_login():
    config = load_config({})
    assert (config.host, config.port, config.on_loopback, config.needs_login) == ("127.0.0.1", 8000, True, False)


def test_a_flag_wins_over_a_variable_over_the_default():
    environ = {"PLAYHEAD_PORT": "9000", "PLAYHEAD_DATA": "/tmp/from-variable"}
    config = load_config(environ, port="9001", data=None)
    assert (config.port, config.data) == (9001, Path("/tmp/from-variable"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", "127.0.0.1.example.org", ""])
@pytest.mark.parametrize("password", ["", "short"])
def test_another_address_is_refused_without_a_real_password(host, password):
    environ = {"PLAYHEAD_HOST": host, "PLAYHEAD_ADMIN_PASSWORD": password}
    if not host:  # an empty variable is "not set"
        assert load_config({"PLAYHEAD_HOST": ""}).on_loopback
        return
    with pytest.raises(ConfigError, match="PLAYHEAD_ADMIN_PASSWORD"):
        load_config(environ)


@pytest.mark.parametrize(
    "named",
    [
        {"PLAYHEAD_PUBLIC_URL": "https://replay.example.org"},
        {"PLAYHEAD_PUBLIC_URL": "replay.example.org"},
        {"PLAYHEAD_PUBLIC_URL": "https://[x"},
        {"PLAYHEAD_PUBLIC_URL": "http://localhost:8000", "PLAYHEAD_REPLAY_ORIGIN": "https://replay.example.org"},
    ],
)
def test_a_name_that_others_know_it_by_behind_a_proxy_is_refused_without_a_password_too(named):
    with pytest.raises(ConfigError, match=r"being reached at .* lets other machines in: set PLAYHEAD_ADMIN_PASSWORD"):
        load_config(named)
    assert load_config({**named, "PLAYHEAD_ADMIN_PASSWORD": "correct horse battery"}).needs_login


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:9", "http://app.localhost:1"]
)
def test_a_name_of_this_machine_lets_nobody_else_in(url):
    assert not load_config({"PLAYHEAD_PUBLIC_URL": url}).needs_login


def test_proxies_are_addresses_and_networks():
    config = load_config({"PLAYHEAD_TRUSTED_PROXIES": "127.0.0.1, 10.1.2.3/8 ::1"})
    assert [str(one) for one in config.proxies] == ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]
    with pytest.raises(ConfigError, match=r"PLAYHEAD_TRUSTED_PROXIES must be addresses .* not 'proxy'"):
        load_config({"PLAYHEAD_TRUSTED_PROXIES": "127.0.0.1,proxy"})


def test_another_address_with_a_password_needs_a_login():
    config = load_config({"PLAYHEAD_HOST": "0.0.0.0", "PLAYHEAD_ADMIN_PASSWORD": "correct horse battery"})
    assert config.needs_login


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]"])
def test_loopback_has_many_names(host):
    assert load_config({}, host=host).on_loopback


@pytest.mark.parametrize(
    ("name", "value"), [("port", "-1"), ("port", "65536"), ("port", "٣"), ("port", "x"), ("role", "boss")]
)
def test_a_bad_value_names_the_setting(name, value):
    with pytest.raises(ConfigError, match=f"PLAYHEAD_{name.upper()}"):
        load_config({f"PLAYHEAD_{name.upper()}": value})


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PLAYHEAD_REPLAY_ORIGIN": "https://replay.example"}, "needs PLAYHEAD_PUBLIC_URL"),
        ({"PLAYHEAD_REPLAY_ORIGIN": "https://A.example", "PLAYHEAD_PUBLIC_URL": "https://a.example/"}, "another host"),
        ({"PLAYHEAD_REPLAY_ORIGIN": "replay.example"}, "an address such as"),
        ({"PLAYHEAD_REPLAY_ORIGIN": "https://replay.example/x"}, "an address such as"),
        ({"PLAYHEAD_REPLAY_ORIGIN": "https://me@replay.example"}, "an address such as"),
        ({"PLAYHEAD_REPLAY_ORIGIN": "https://replay.example:x"}, "an address such as"),
        ({"PLAYHEAD_REPLAY_PORT": "8000"}, "another port"),
        ({"PLAYHEAD_REPLAY_PORT": "eighty"}, "from 0 to 65535"),
        ({"PLAYHEAD_REPLAY_PORT": "8001", "PLAYHEAD_PUBLIC_URL": "https://a.example"}, "needs PLAYHEAD_REPLAY_ORIGIN"),
    ],
)
def test_two_origins_have_to_be_two_and_know_each_other(environ, said):
    with pytest.raises(ConfigError, match=said):
        load_config(environ)


def test_a_replay_origin_is_kept_as_browsers_say_it():
    config = load_config(
        {"PLAYHEAD_PUBLIC_URL": "https://a.example", "PLAYHEAD_ADMIN_PASSWORD": "correct horse battery"},
        replay_origin="HTTPS://Replay.Example:8443/",
    )
    assert config.replay_origin == "https://replay.example:8443"
    assert load_config({"PLAYHEAD_REPLAY_PORT": "0"}).replay_port == 0
