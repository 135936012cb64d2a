"""Addresses of the whole installation: every front brings its own."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("language/", include("django.conf.urls.i18n")),
    path("", include("recoup.desk.urls")),
]
