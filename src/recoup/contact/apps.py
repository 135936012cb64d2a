"""Django's entry for the contact slice."""

from django.apps import AppConfig


class ContactConfig(AppConfig):
    """The contact slice."""

    name = "recoup.contact"
    default_auto_field = "django.db.models.BigAutoField"
