"""Django's entry for the desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The front for staff."""

    name = "recoup.desk"
    default_auto_field = "django.db.models.BigAutoField"
