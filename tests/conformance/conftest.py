"""The real engines, started once a run: a database, a prefix of a bucket for each test."""

import itertools

import pytest
import sqlalchemy as sa

from playhead.store.postgres import driver_url
from tests.servers import postgres, seaweed

_numbers = itertools.count()


@pytest.fixture(scope="session")
def _postgres():
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def _seaweed():
    with seaweed() as environment:
        yield environment


@pytest.fixture
def postgres_url(_postgres):
    name = f"test_{next(_numbers)}"
    engine = sa.create_engine(driver_url(_postgres), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield _postgres.rpartition("/")[0] + f"/{name}"
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def s3_url(_seaweed, monkeypatch):
    for name, value in _seaweed.items():
        monkeypatch.setenv(name, value)
    return f"s3://playhead/test-{next(_numbers)}"
