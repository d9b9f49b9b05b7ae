"""Four people come to the review desk: two moderators, a viewer who may only look, and a stranger."""

from collections.abc import Callable

import pytest
from flask import Flask

from moderation.db import Database
from tests.lenders.conftest import LENDERS, OPERATORS, enter
from tests.support import desk
from tests.support.desk import Desk


@pytest.fixture
def seat(app: Flask, db: Database) -> Callable[..., Desk]:
    return desk.seat(app, db)


@pytest.fixture
def moderator(seat: Callable[..., Desk]) -> Desk:
    return seat("李审核")


@pytest.fixture
def colleague(seat: Callable[..., Desk]) -> Desk:
    return seat("王同事")


@pytest.fixture
def viewer(seat: Callable[..., Desk]) -> Desk:
    return seat("陈旁观", "viewer")


@pytest.fixture
def outsider(app: Flask) -> Desk:
    return Desk(app.test_client())


@pytest.fixture
def lead(seat: Callable[..., Desk]) -> Desk:
    return seat("孙组长", "lead")


@pytest.fixture
def filled(db: Database) -> Database:
    """A registry of a few made-up lenders and operators."""
    enter(db, LENDERS)
    enter(db, OPERATORS)
    return db
