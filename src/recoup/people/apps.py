"""Django's entry for the people slice."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Staff, roles, branches, audit."""

    name = "recoup.people"
    default_auto_field = "django.db.models.BigAutoField"
