"""Signing in and out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from recoup.people.models import AuditEntry, Staff
from tests.desk.conftest import signed_in
from tests.people_and_book import PASSWORD, House, house


@pytest.fixture
def people(db: None) -> House:
    """The people alone, without a book."""
    return house()


def typed(client: Client, username: str, password: str, **more: str) -> Any:
    """What the desk answers to a name and a password."""
    return client.post("/sign-in/", {"username": username, "password": password, **more})


def test_lin_signs_in_and_is_taken_where_lin_wanted_to_go(people: House) -> None:
    answer = typed(Client(), "lin", PASSWORD, next="/find/")
    assert answer["Location"] == "/find/"
    assert AuditEntry.objects.filter(action="signed in", actor=people.lin).count() == 1


def test_nobody_is_taken_to_another_site_after_signing_in(people: House) -> None:
    assert typed(Client(), "lin", PASSWORD, next="https://elsewhere.example/")["Location"] == "/"


def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(people: House) -> None:
    known = typed(Client(), "lin", "not this").content.decode()
    unknown = typed(Client(), "nobody", "not this").content.decode()
    assert "The user name or the password is not right." in known
    assert "The user name or the password is not right." in unknown


def test_after_five_wrong_passwords_the_name_is_closed_and_the_page_says_how_long(people: House) -> None:
    client = Client()
    answers = [typed(client, "lin", f"guess {number}") for number in range(5)]
    assert answers[-1].status_code == 429
    assert "closed for 15 minutes" in answers[-1].content.decode()
    assert typed(client, "lin", PASSWORD).status_code == 429
    assert typed(client, "mei", PASSWORD).status_code == 302


def test_somebody_deactivated_is_out_at_once(people: House) -> None:
    client = signed_in(people.lin)
    Staff.objects.filter(pk=people.lin.pk).update(is_active=False)
    assert client.get("/").status_code == 302
    assert "not right" in typed(Client(), "lin", PASSWORD).content.decode()


def test_signing_out_takes_a_form_and_not_a_link(people: House) -> None:
    client = signed_in(people.lin)
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/").status_code == 302


def test_the_demonstration_lists_its_staff_and_no_other_installation_does(
    people: House, settings: Any, tmp_path: Path
) -> None:
    settings.RECOUP_HOME = tmp_path
    assert "A demonstration" not in Client().get("/sign-in/").content.decode()
    staff = [{"username": "lin", "name": "Lin", "roles": ["collector"], "password": "recoup-demo-lin"}]
    (tmp_path / "demo.json").write_text(json.dumps({"seed": 1, "date": "2026-11-23", "staff": staff}))
    page = Client().get("/sign-in/").content.decode()
    assert "recoup-demo-lin" in page
    assert "Collector" in page


def test_a_broken_marker_shows_nobody(people: House, settings: Any, tmp_path: Path) -> None:
    settings.RECOUP_HOME = tmp_path
    (tmp_path / "demo.json").write_text('{"staff": [{"username": "lin"}]}')
    assert "A demonstration" not in Client().get("/sign-in/").content.decode()


def test_the_language_chosen_before_signing_in_stays(people: House) -> None:
    client = Client()
    client.post("/me/language/", {"language": "zh-hant", "next": "/sign-in/"})
    assert "登入" in client.get("/sign-in/").content.decode()
    typed(client, "lin", PASSWORD)
    people.lin.refresh_from_db()
    assert people.lin.language == "zh-hant"


def test_the_desk_speaks_the_language_of_whoever_signs_in(people: House) -> None:
    Staff.objects.filter(pk=people.lin.pk).update(language="zh-hans")
    client = Client()
    typed(client, "lin", PASSWORD)
    assert "我的设置" in client.get("/me/").content.decode()


def test_dark_is_kept_on_this_machine(people: House) -> None:
    client = signed_in(people.lin)
    client.post("/me/theme/", {"theme": "dark", "next": "/me/"})
    assert 'data-theme="dark"' in client.get("/me/").content.decode()
    client.post("/me/theme/", {"theme": "", "next": "/me/"})
    assert "data-theme=" not in client.get("/me/").content.decode()


def test_single_keys_can_be_switched_off(people: House) -> None:
    client = signed_in(people.lin)
    assert 'data-keys="on"' in client.get("/me/").content.decode()
    client.post("/me/keys/", {"single_keys": "off"})
    assert 'data-keys="on"' not in client.get("/me/").content.decode()


def code_of(staff: Staff) -> str:
    """What Lin's device shows now."""
    device = TOTPDevice.objects.get(user=staff)
    return str(TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token()).zfill(6)


def enrolled(staff: Staff) -> list[str]:
    """Adds a second factor the way a person does; the recovery codes that the page showed."""
    client = signed_in(staff)
    assert "<svg" in client.get("/me/second-factor/").content.decode()
    page = client.post("/me/second-factor/", {"token": code_of(staff)}).content.decode()
    return [line.split("</li>")[0] for line in page.split('<ul class="codes t3"><li>')[1].split("<li>")][:8]


def test_with_a_second_factor_the_password_alone_lets_nobody_in(people: House) -> None:
    codes = enrolled(people.lin)
    client = Client()
    assert typed(client, "lin", PASSWORD)["Location"] == "/sign-in/code/"
    assert client.get("/").status_code == 302
    assert "not right" in client.post("/sign-in/code/", {"token": "000000"}).content.decode()
    for devices in (TOTPDevice.objects, StaticDevice.objects):
        devices.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert client.post("/sign-in/code/", {"token": codes[0]})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_recovery_code_works_once(people: House) -> None:
    code = enrolled(people.lin)[0]
    first, second = Client(), Client()
    typed(first, "lin", PASSWORD)
    assert first.post("/sign-in/code/", {"token": code}).status_code == 302
    typed(second, "lin", PASSWORD)
    assert second.post("/sign-in/code/", {"token": code}).status_code == 200


def test_taking_the_second_factor_away_asks_for_the_password(people: House) -> None:
    enrolled(people.lin)
    client = signed_in(people.lin)
    assert client.post("/me/second-factor/end/", {"password": "not this"}).status_code == 422
    client.post("/me/second-factor/end/", {"password": PASSWORD})
    assert typed(Client(), "lin", PASSWORD)["Location"] == "/"


def test_a_new_password_of_ones_own_keeps_one_signed_in(people: House) -> None:
    client = signed_in(people.lin)
    given = {"current": PASSWORD, "password": "river-lamp-stone-4", "again": "river-lamp-stone-4"}
    assert client.post("/me/password/", given).status_code == 302
    assert client.get("/me/").status_code == 200
    assert typed(Client(), "lin", "river-lamp-stone-4").status_code == 302


def test_an_easy_password_is_refused_with_the_reason(people: House) -> None:
    given = {"current": PASSWORD, "password": "password12", "again": "password12"}
    answer = signed_in(people.lin).post("/me/password/", given)
    assert answer.status_code == 422
    assert "too common" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Not here"), ("zh-hans", "这里没有内容"), ("zh-hant", "這裡沒有內容")]
)
def test_what_is_not_there_is_said_in_three_languages(people: House, language: str, words: str) -> None:
    answer = signed_in(people.lin, language).get("/cases/987654/")
    assert answer.status_code == 404
    assert words in answer.content.decode()


def test_a_form_without_its_token_sends_nothing_and_says_so(people: House) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"username": "lin", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Nothing was sent" in answer.content.decode()
