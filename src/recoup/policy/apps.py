"""Django's entry for the policy slice."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Rulebooks, their drafts and their published versions."""

    name = "recoup.policy"
    default_auto_field = "django.db.models.BigAutoField"
