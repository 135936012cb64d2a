"""The small book, signed-in clients."""

from __future__ import annotations

import pytest
from django.test import Client

from recoup.people.models import Staff
from tests.people_and_book import Book, book_of


@pytest.fixture
def book(db: None) -> Book:
    """Lin, Mei, Han and the others, with Zhou's and Wu's debts aged to TODAY."""
    return book_of()


def signed_in(staff: Staff, language: str = "en") -> Client:
    """A browser in which somebody is signed in."""
    client = Client(headers={"accept-language": language})
    client.force_login(staff, backend="recoup.people.backends.StaffBackend")
    return client
