"""The application that granian (or any other WSGI server) serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recoup.project.settings")

application = get_wsgi_application()
