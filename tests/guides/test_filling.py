"""A guide from its first page to its PDF: who reads it when, what is refused, what is frozen."""

import pytest
from django.db import InternalError, transaction
from django.test import Client as Browser
from django.urls import reverse

from peerload.guides import actions, queries, rules
from peerload.guides.models import Guide, GuideAnswers, GuideEdition, GuideSignature
from peerload.home.sweep import sweep
from peerload.notices.models import Notice
from tests import factories
from tests.test_access import BACKEND

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in():
    def of(member):
        browser = Browser()
        browser.force_login(member.user, backend=BACKEND)
        return browser

    return of


def yes_to_all(guide, side, code="yes"):
    section = guide.content.sections[0]
    return rules.SideAnswers({item.key: code for item in section.items if item.is_by(side)})


def fill(guide, by, today, code="yes"):
    side = queries.side_of(guide, by)
    version = queries.answers_of(guide).versions.get(("basics", side), 0)
    answers = yes_to_all(guide, side, code)
    return actions.write(guide=guide, section="basics", by=by, answers=answers, version=version, today=today)


@pytest.fixture
def guide(worker, manager, today):
    """The basics about a worker, begun by their manager."""
    return actions.begin(code="basics", about=worker, by=manager, today=today)


@pytest.fixture
def ready(guide, worker, manager, today):
    """The same, shared and answered by both."""
    actions.share(guide=guide, by=manager, today=today)
    fill(guide, worker, today)
    fill(guide, manager, today)
    guide.refresh_from_db()
    return guide


def test_who_began_it_alone_reads_it_until_it_is_shared(guide, worker, manager, teammate, today, signed_in):
    page = reverse("guide", args=[guide.uid])
    assert signed_in(worker).get(page).status_code == 404
    assert guide.uid not in {each.uid for each in queries.own(worker)}
    assert signed_in(manager).get(page).status_code == 200

    actions.share(guide=guide, by=manager, today=today)

    assert signed_in(worker).get(page).status_code == 200
    assert signed_in(teammate).get(page).status_code == 404


def test_what_a_worker_begins_their_manager_does_not_see_until_it_is_shared(worker, manager, today):
    guide = actions.begin(code="basics", about=worker, by=worker, today=today)
    assert queries.seen_by(manager, today, guide.uid) is None
    actions.share(guide=guide, by=worker, today=today)
    assert queries.seen_by(manager, today, guide.uid) == guide


def test_a_review_of_the_work_is_not_begun_by_the_worker(worker, today):
    with pytest.raises(actions.NotForThem):
        actions.begin(code="work_review", about=worker, by=worker, today=today)


def test_nobody_begins_one_about_a_worker_of_another_team(stranger, manager, today):
    with pytest.raises(actions.NotForThem):
        actions.begin(code="basics", about=stranger, by=manager, today=today)


def test_it_is_signed_by_two_and_then_frozen(ready, worker, manager, today):
    first = actions.sign(guide=ready, by=worker, version=ready.version, today=today)
    assert first.signed_on is None
    both = actions.sign(guide=ready, by=manager, version=ready.version, today=today)
    assert both.signed_on == today
    assert {each.member for each in both.signatures.all()} == {worker, manager}
    with pytest.raises(actions.Signed):
        fill(both, worker, today, "no")
    with pytest.raises(actions.Signed):
        actions.remove(guide=both, by=manager, today=today)
    with pytest.raises(actions.Signed):
        actions.sign(guide=both, by=manager, version=both.version, today=today)


def test_one_side_does_not_sign_for_both(ready, manager, team, organisation, today):
    deputy = factories.MemberFactory(organisation=organisation, role="manager")
    team.deputy = deputy
    team.save()
    actions.sign(guide=ready, by=manager, version=ready.version, today=today)
    again = actions.sign(guide=ready, by=deputy, version=ready.version, today=today)
    assert again.signed_on is None and again.signatures.count() == 1


def test_a_changed_answer_clears_the_signatures(ready, worker, manager, today):
    actions.sign(guide=ready, by=worker, version=ready.version, today=today)
    fill(ready, manager, today)
    assert not GuideSignature.objects.filter(guide=ready).exists()
    with pytest.raises(actions.EditedMeanwhile):
        actions.sign(guide=ready, by=worker, version=ready.version, today=today)


def test_it_is_not_signed_before_all_is_there(ready, worker, manager, today):
    fill(ready, worker, today, "no")
    ready.refresh_from_db()
    with pytest.raises(actions.StillLacking, match="What would help"):
        actions.sign(guide=ready, by=manager, version=ready.version, today=today)


def test_it_is_not_signed_before_it_is_shared(guide, manager, today):
    with pytest.raises(actions.NotShared):
        actions.sign(guide=guide, by=manager, version=guide.version, today=today)


def test_a_later_save_from_an_older_page_is_refused_with_both_texts(ready, worker, signed_in, today):
    page = reverse("guide_section", args=[ready.uid, "basics"])
    answer = signed_in(worker).post(page, {"a_role": "no", "n_role": "A talk with Ana", "version": "0"})
    assert answer.status_code == 409
    assert "A talk with Ana" in answer.content.decode()
    assert "Saved meanwhile" in answer.content.decode()


def test_what_was_typed_comes_back_where_something_is_wrong(worker, manager, today, signed_in):
    template = factories.GuideTemplateFactory(organisation=worker.organisation)
    item = {"key": "days", "kind": "number", "text": "How many days?"}
    content = factories.EXIT | {"sections": [factories.EXIT["sections"][0] | {"items": [item]}]}
    actions.save_draft(
        uid=template.uid, organisation=worker.organisation, by=manager, content=content, version=template.draft_version
    )
    actions.publish(uid=template.uid, organisation=worker.organisation, by=manager, version=2, today=today)
    guide = actions.begin(code=template.code, about=worker, by=worker, today=today)
    page = reverse("guide_section", args=[guide.uid, "talk"])
    answer = signed_in(worker).post(page, {"a_days": "a dozen", "version": "0"})
    assert answer.status_code == 422
    assert "a dozen" in answer.content.decode() and "Write a number" in answer.content.decode()


def test_no_side_writes_for_the_other(guide, worker, manager, today):
    actions.share(guide=guide, by=manager, today=today)
    fill(guide, worker, today)
    assert {row.side for row in GuideAnswers.objects.filter(guide=guide)} == {"worker"}
    review = actions.begin(code="work_review", about=worker, by=manager, today=today)
    actions.share(guide=review, by=manager, today=today)
    answers = rules.SideAnswers({"crisis_1": "advanced"})
    actions.write(guide=review, section="crisis", by=worker, answers=answers, version=0, today=today)
    read = queries.answers_of(review).answers
    assert [
        row.value for row in rules.side_by_side(review.content.section("crisis"), read, review.content.sides)[0].answers
    ] == [""]


def test_a_guide_for_one_is_the_workers_alone_until_shared_and_again_once_taken_back(
    worker, manager, other_manager, today, signed_in
):
    guide = actions.begin(code="self_review", about=worker, by=worker, today=today)
    page = reverse("guide", args=[guide.uid])
    assert signed_in(manager).get(page).status_code == 404
    with pytest.raises(actions.ReaderNotLeader):
        actions.share(guide=guide, by=worker, today=today, reader=other_manager)
    actions.share(guide=guide, by=worker, today=today, reader=manager)
    assert signed_in(manager).get(page).status_code == 200
    assert signed_in(manager).get(reverse("guide_section", args=[guide.uid, "crisis"])).status_code == 302
    with pytest.raises(actions.NotYourPart):
        actions.sign(guide=guide, by=manager, version=guide.version, today=today)
    actions.take_back(guide=guide, by=worker)
    assert signed_in(manager).get(page).status_code == 404


def test_sharing_ends_when_the_reader_no_longer_leads_the_worker(worker, manager, team, other_manager, today):
    guide = actions.begin(code="self_review", about=worker, by=worker, today=today)
    actions.share(guide=guide, by=worker, today=today, reader=manager)
    team.manager = other_manager
    team.save()
    assert queries.seen_by(manager, today, guide.uid) is None
    sweep(worker.organisation, today)
    guide.refresh_from_db()
    assert guide.shared_with is None
    assert queries.seen_by(other_manager, today, guide.uid) is None


def test_a_new_manager_reads_what_was_done_together_and_the_old_one_does_not(
    ready, manager, team, other_manager, today
):
    team.manager = other_manager
    team.save()
    assert queries.seen_by(other_manager, today, ready.uid) == ready
    assert queries.seen_by(manager, today, ready.uid) is None


def test_it_is_removed_only_while_the_other_side_has_written_nothing(guide, worker, manager, today):
    actions.share(guide=guide, by=manager, today=today)
    fill(guide, worker, today)
    with pytest.raises(actions.OtherHasWritten):
        actions.remove(guide=guide, by=manager, today=today)
    with pytest.raises(actions.NotYourPart):
        actions.remove(guide=guide, by=worker, today=today)
    mine = actions.begin(code="self_review", about=worker, by=worker, today=today)
    actions.remove(guide=mine, by=worker, today=today)
    assert not Guide.objects.filter(pk=mine.pk).exists()


def test_a_guide_keeps_its_version_when_its_template_changes(worker, manager, today):
    organisation = worker.organisation
    template = factories.GuideTemplateFactory(organisation=organisation)
    actions.publish(uid=template.uid, organisation=organisation, by=manager, version=1, today=today)
    guide = actions.begin(code=template.code, about=worker, by=manager, today=today)
    changed = factories.EXIT | {"title": "Farewell"}
    actions.save_draft(uid=template.uid, organisation=organisation, by=manager, content=changed, version=2)
    actions.publish(uid=template.uid, organisation=organisation, by=manager, version=3, today=today)
    guide = Guide.objects.get(pk=guide.pk)
    assert (guide.title, guide.edition.number) == ("Exit conversation", 1)
    assert actions.begin(code=template.code, about=worker, by=manager, today=today).title == "Farewell"


def test_the_database_refuses_to_change_a_published_version(guide):
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        GuideEdition.objects.filter(pk=guide.edition_id).update(number=9)


def test_new_words_of_peerload_make_a_new_version_for_new_guides_only(guide, worker, manager, today, monkeypatch):
    from dataclasses import replace

    from peerload.guides import shipped

    old = shipped.contents()
    changed = {**old, "basics": replace(old["basics"], title="The basics, again")}
    monkeypatch.setattr(shipped, "contents", lambda: changed)
    later = actions.begin(code="basics", about=worker, by=manager, today=today)
    assert (later.edition.number, later.title) == (2, "The basics, again")
    assert Guide.objects.get(pk=guide.pk).title == "The basics"


def test_what_is_put_away_is_not_begun_and_what_is_begun_goes_on(guide, worker, manager, admin, today):
    actions.offer(organisation=worker.organisation, code="basics", by=admin, in_use=False)
    with pytest.raises(actions.NotForThem):
        actions.begin(code="basics", about=worker, by=manager, today=today)
    actions.share(guide=guide, by=manager, today=today)
    assert fill(guide, worker, today)


def test_the_team_page_has_workers_by_name_and_no_answer(ready, worker, manager, teammate, today, signed_in):
    page = signed_in(manager).get(reverse("team_growth")).content.decode()
    assert page.index(worker.name) < page.index(teammate.name)
    assert "The basics" in page and "satisfactory overall progress" not in page


def test_the_worker_reads_the_last_answers_beside_the_new_ones(ready, worker, manager, today, signed_in):
    for by in (worker, manager):
        actions.sign(guide=ready, by=by, version=ready.version, today=today)
    again = actions.begin(code="basics", about=worker, by=worker, today=today)
    fill(again, worker, today, "no")
    assert "Last time" in signed_in(worker).get(reverse("guide", args=[again.uid])).content.decode()


def test_a_signed_guide_is_printed_and_an_open_one_is_not(ready, worker, manager, today, signed_in):
    page = reverse("guide_pdf", args=[ready.uid])
    assert signed_in(worker).get(page).status_code == 302
    for by in (worker, manager):
        actions.sign(guide=ready, by=by, version=ready.version, today=today)
    printed = signed_in(worker).get(page)
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF") and b"StructTreeRoot" in printed.content
    assert worker.name not in printed["Content-Disposition"]


def test_reading_a_guide_about_another_member_is_recorded(ready, manager, worker, signed_in):
    from peerload.audit.models import Entry

    signed_in(worker).get(reverse("guide", args=[ready.uid]))
    assert not Entry.objects.filter(what="read_shared").exists()
    signed_in(manager).get(reverse("guide", args=[ready.uid]))
    assert Entry.objects.get(what="read_shared").subject == str(ready.uid)


def test_notices_end_with_the_signature(ready, worker, manager, today):
    from peerload.notices import kinds

    def told(member):
        found = Notice.objects.filter(recipient=member, kind__startswith="guide", cancelled_at=None)
        return {notice.kind for notice in kinds.still_true(found.select_related("recipient"))}

    assert told(worker) == {"guide_shared"}
    actions.sign(guide=ready, by=worker, version=ready.version, today=today)
    assert (told(worker), told(manager)) == (set(), {"guide_to_sign"})
    actions.sign(guide=ready, by=manager, version=ready.version, today=today)
    assert (told(worker), told(manager)) == (set(), set())
