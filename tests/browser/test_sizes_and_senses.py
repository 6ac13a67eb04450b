"""
Every kind of page, for hands, eyes and ears: targets a finger hits, no scrolling sideways at 320 pixels, headings and names.

Each page of the access test is asked for without a server, as one who may open it, and drawn by a real browser.
`make test-long` asks for each as everybody who may open it.
"""

import re

import pytest
from django.conf import settings

from caseload.models import Client
from tests.browser.senses import NARROW, in_a_sense
from tests.home.test_rows_read import pages
from tests.long import covering
from tests.test_access import ADMIN, DEPUTY, MANAGER, OWNER, SERVICE_MANAGER, World
from workload.actions import rebuild

STATIC = settings.BASE_DIR / "static" / "peerload"
SHEETS = "".join((STATIC / name).read_text() for name in ("bootstrap.css", "app.css"))
LINK = re.compile(r"<link\b[^>]*>|<script\b.*?</script>", re.DOTALL)


@pytest.fixture
def drawn(db, today, browser, caplog):
    """Return the answers drawn without a script, one after the other: ``drawn(page, ...) -> (what was asked, page)``."""
    caplog.set_level("CRITICAL", logger="django.request")
    world = World()
    for person in Client.objects.all():
        Client.objects.filter(pk=person.pk).update(
            name=f"Tāne Rāwiri the {person.pk}."
        )  # else one name is many people's
    rebuild(world.team.organisation_id)
    context = browser.new_context(viewport=NARROW, offline=True)

    def draw(*asked):
        visitors, page = {}, context.new_page()
        for name, whose, actor, _query in asked:
            visitor = visitors.setdefault(actor, world.browser(actor))
            answer = visitor.get(world.address(name, whose))
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                page.set_content(
                    LINK.sub("", answer.content.decode()).replace("</head>", f"<style>{SHEETS}</style></head>"),
                    wait_until="domcontentloaded",
                )
                yield f"{name} as {actor}", page

    yield draw
    context.close()


def test_every_page_is_for_every_hand_eye_and_ear(drawn):
    found, seen = {}, 0
    for name, page in drawn(*covering(pages(OWNER, MANAGER, SERVICE_MANAGER, ADMIN, DEPUTY), lambda one: (one[0],))):
        seen += 1
        found[name] = in_a_sense(page)
    assert {name: troubles for name, troubles in found.items() if troubles} == {}
    assert seen > 100
