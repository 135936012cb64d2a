"""Imports."""

from django.http import HttpResponse

from recoup.desk.access import DeskRequest, staff_only
from recoup.people.permissions import Action


@staff_only(Action.IMPORT)
def import_list(request: DeskRequest) -> HttpResponse:
    return HttpResponse("x")


@staff_only(Action.IMPORT)
def upload_page(request: DeskRequest, upload_key: str) -> HttpResponse:
    return HttpResponse("x")


@staff_only(Action.IMPORT)
def start_import(request: DeskRequest, upload_key: str) -> HttpResponse:
    return HttpResponse("x")


@staff_only(Action.IMPORT)
def import_page(request: DeskRequest, run_id: int) -> HttpResponse:
    return HttpResponse("x")


@staff_only(Action.IMPORT)
def rejects_file(request: DeskRequest, run_id: int) -> HttpResponse:
    return HttpResponse("x")
