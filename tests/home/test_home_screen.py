"""What a browser is given to put peerload on a home screen: the same for everybody, and about nobody."""

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

PUBLIC = ["service_worker", "manifest", "without_signal"]


@pytest.mark.parametrize("name", PUBLIC)
def test_it_says_the_same_to_everybody(client, signed_in, worker, manager, name):
    answers = {browser.get(reverse(name)).content for browser in (client, signed_in(worker), signed_in(manager))}
    assert len(answers) == 1
    assert worker.organisation.name not in answers.pop().decode()


@pytest.mark.parametrize("name", PUBLIC)
def test_it_is_there_before_a_second_factor(signed_in, worker, settings, name):
    settings.MFA_REQUIRED = True
    assert signed_in(worker).get(reverse(name)).status_code == 200


def test_the_service_worker_is_in_charge_of_every_page_and_keeps_one(client, db):
    answer = client.get(reverse("service_worker"))
    assert reverse("service_worker").count("/") == 1
    assert answer.headers["Content-Type"] == "text/javascript"
    assert "no-store" in answer.headers["Cache-Control"]
    assert (
        f"var KEPT = {json.dumps([reverse('without_signal'), '/static/home_screen/calm.css'])};"
        in answer.content.decode()
    )


def test_only_scripts_of_our_own_work_in_the_background(client, db):
    assert "worker-src 'self'" in client.get(reverse("without_signal")).headers["Content-Security-Policy"]


def test_the_manifest_names_the_product_alone_and_its_icons_are_there(client, organisation):
    answer = client.get(reverse("manifest"))
    said = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (said["name"], said["short_name"], said["display"]) == ("peerload", "peerload", "standalone")
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in said["icons"]:
        png = Path(finders.find(icon["src"].removeprefix("/static/"))).read_bytes()
        width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
        assert (png[:8], f"{width}x{height}") == (b"\x89PNG\r\n\x1a\n", icon["sizes"])


def test_every_page_leads_to_the_manifest(client, db):
    assert f'<link rel="manifest" href="{reverse("manifest")}">' in client.get(reverse("help")).content.decode()
