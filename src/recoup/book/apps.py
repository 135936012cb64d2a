"""Django's entry for the book slice."""

from django.apps import AppConfig


class BookConfig(AppConfig):
    """The book slice."""

    name = "recoup.book"
    default_auto_field = "django.db.models.BigAutoField"
