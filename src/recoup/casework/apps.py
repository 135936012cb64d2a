"""Django's entry for the casework slice."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The casework slice."""

    name = "recoup.casework"
    default_auto_field = "django.db.models.BigAutoField"
