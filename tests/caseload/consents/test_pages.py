"""Who else may be spoken to: beside how to contact safely, changed, withdrawn, kept as history."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from caseload.consents import actions
from caseload.duplicates.actions.merging import merge
from caseload.duplicates.actions.taking_apart import take_apart
from caseload.models import Consent
from peerload.audit.models import Entry
from tests import factories
from tests.conftest import TODAY
from tests.forms import filled
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = timedelta(days=1)
SINA = {"name": "Sina Leota", "relation": "sister", "about": "Appointments, not health"}


@shared(dated=True)
def consent(whetu):
    return factories.ConsentFactory(client=whetu, **SINA)


def said(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def read(mine, person):
    return mine.get(person.get_absolute_url())


def send(mine, route, row, **words):
    url = reverse(route, args=[row.uid])
    return mine.post(url, filled(mine.get(url)) | words)


def tapped(mine, person, consent, **button):
    """Tap a button of a consent on the page of its person, as a browser without a script sends it."""
    url = reverse("consent_withdraw", args=[consent.uid])
    return mine.post(url, filled(read(mine, person), url) | button, follow=True)


class TestOnThePage:
    def test_while_nobody_is_named_the_page_says_nothing(self, mine, whetu):
        page = read(mine, whetu).content.decode()
        assert 'id="who-else"' not in page
        assert reverse("consent_add", args=[whetu.uid]) in page

    def test_who_stands_beside_how_to_contact_safely(self, mine, whetu, consent):
        page = read(mine, whetu)
        html = page.content.decode()
        assert html.index('id="safe"') < html.index('id="who-else"') < html.index('id="line"')
        assert "Sina Leota , sister: Appointments, not health Since 2 November" in said(page)

    def test_a_consent_that_was_withdrawn_is_folded_and_does_not_name_anybody_as_allowed(self, mine, whetu):
        factories.ConsentFactory(client=whetu, withdrawn=True, **SINA)
        page = read(mine, whetu)
        html = page.content.decode()
        card = html[html.index('id="who-else"') : html.index('id="line"')]
        assert "No one now." in card
        assert card.index("<details") < card.index("Sina Leota")
        assert "1 consent withdrawn" in said(page)
        assert "Since 2 November, withdrawn on 9 November" in said(page)

    def test_the_timeline_tells_both_days_and_who_wrote_them_down(self, mine, whetu, worker):
        factories.ConsentFactory(client=whetu, withdrawn=True, author=worker, withdrawn_by=worker, **SINA)
        html = read(mine, whetu).content.decode()
        line = html[html.index('id="line"') :]
        given, over = "Sina Leota, sister, may be spoken to", "Sina Leota, sister, may no longer be spoken to"
        assert line.index(over) < line.index(given)
        assert worker.name in line

    def test_a_person_who_moved_on_can_withdraw_and_is_asked_nothing_new(self, signed_in, manager, team):
        person = factories.ClientFactory(organisation=team.organisation, team=team, support="inactive")
        factories.refresh_derived(person)
        consent = factories.ConsentFactory(client=person, **SINA)
        html = read(signed_in(manager), person).content.decode()
        assert "Sina Leota" in html
        for route, row, there in (
            ("consent_add", person, False),
            ("consent_edit", consent, False),
            ("consent_withdraw", consent, True),
        ):
            assert (reverse(route, args=[row.uid]) in html) is there
        tapped(signed_in(manager), person, consent)
        assert Consent.objects.get().withdrawn_on == TODAY

    def test_who_does_not_see_the_person_sees_no_consent(self, signed_in, teammate, consent):
        for route in ("consent_edit", "consent_withdraw"):
            assert signed_in(teammate).get(reverse(route, args=[consent.uid])).status_code == 404

    def test_opening_a_form_is_in_the_audit(self, mine, whetu, consent):
        mine.get(reverse("consent_edit", args=[consent.uid]))
        assert Entry.objects.filter(subject=str(whetu.uid), what=Entry.What.OPENED).exists()


class TestGivenAndChanged:
    def test_a_name_how_they_belong_about_what_and_when(self, mine, whetu, worker):
        answer = send(mine, "consent_add", whetu, **SINA, consented_on=TODAY - DAY)
        assert answer.url == whetu.get_absolute_url()
        consent = Consent.objects.get()
        assert (consent.name, consent.relation, consent.about) == tuple(SINA.values())
        assert (consent.consented_on, consent.author, consent.withdrawn_on) == (TODAY - DAY, worker, None)
        assert "Sina Leota may be spoken to about Whetu." in said(read(mine, whetu))

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ({"name": " "}, "Write down who may be spoken to."),
            ({"relation": ""}, "Write down their relationship to the person."),
            ({"about": ""}, "Write down what they may be spoken to about."),
            ({"consented_on": TODAY + DAY}, "13 November 2026 has not come yet."),
            ({"consented_on": ""}, "Say on which day."),
            ({"consented_on": "1026-11-02"}, "Check the year."),
        ],
        ids=["nobody", "no relation", "about nothing", "ahead", "no day", "another year"],
    )
    def test_what_cannot_be_is_refused_with_a_sentence_and_stays_typed(self, mine, whetu, words, sentence):
        typed = SINA | words
        answer = send(mine, "consent_add", whetu, **typed)
        assert (answer.status_code, Consent.objects.count()) == (422, 0)
        assert sentence in said(answer)
        assert all(str(value).strip() in answer.content.decode() for value in typed.values())

    def test_the_action_refuses_the_same_without_a_form(self, whetu, consent, worker):
        about = {"by": worker, "today": TODAY} | SINA
        for missing in SINA:
            with pytest.raises(actions.NotSaidWho):
                actions.give(client_id=whetu.pk, consented_on=TODAY, **about | {missing: " "})
        with pytest.raises(actions.ConsentAhead):
            actions.change(consent_id=consent.pk, consented_on=TODAY + DAY, **about)

    def test_the_same_submission_is_one(self, whetu, worker):
        given = {"client_id": whetu.pk, "by": worker, "today": TODAY, "consented_on": TODAY, "submission_id": uuid4()}
        assert actions.give(**SINA, **given) == actions.give(**SINA, **given)
        with pytest.raises(actions.ConsentSavedDifferently):
            actions.give(**SINA | {"about": "Money"}, **given)
        other = factories.ClientFactory(supported_by=worker)
        with pytest.raises(actions.ConsentSavedDifferently):
            actions.give(**SINA, **given | {"client_id": other.pk})
        assert Consent.objects.count() == 1

    def test_a_change_keeps_what_was_there_in_the_history(self, mine, consent):
        send(mine, "consent_edit", consent, about="Appointments and the rent")
        consent.refresh_from_db()
        assert consent.about == "Appointments and the rent"
        [before] = consent.events.all()
        assert (before.about, before.pgh_context.metadata["reason"]) == (SINA["about"], "changed")

    def test_a_withdrawn_consent_is_not_changed(self, mine, whetu):
        consent = factories.ConsentFactory(client=whetu, withdrawn=True, **SINA)
        answer = send(mine, "consent_edit", consent, about="Everything")
        assert answer.status_code == 422
        assert "It was withdrawn on 9 November 2026. Take that back first." in said(answer)
        assert "Everything" in answer.content.decode()
        assert Consent.objects.get().about == SINA["about"]


class TestWithdrawn:
    def test_one_tap_withdraws_it_today_with_a_way_back(self, mine, whetu, consent, worker):
        page = tapped(mine, whetu, consent)
        assert "Sina Leota may no longer be spoken to about Whetu." in said(page)
        consent.refresh_from_db()
        assert (consent.withdrawn_on, consent.withdrawn_by) == (TODAY, worker)

        assert "Sina Leota may be spoken to: Appointments, not health" in said(tapped(mine, whetu, consent, undo="yes"))
        consent.refresh_from_db()
        assert (consent.withdrawn_on, consent.withdrawn_by) == (None, None)

    def test_on_an_earlier_day(self, mine, consent):
        send(mine, "consent_withdraw", consent, withdrawn_on="2026-11-02")
        consent.refresh_from_db()
        assert f"{consent.withdrawn_on}" == "2026-11-02"

    @pytest.mark.parametrize(
        ("day", "sentence"),
        [
            ("2026-11-13", "13 November 2026 has not come yet."),
            ("2026-11-01", "They consented on 2 November 2026. Choose that day or a later one."),
            ("", "Say on which day."),
            ("Friday", "Write the day as in 2026-11-12."),
        ],
        ids=["ahead", "before it was given", "no day", "a word"],
    )
    def test_a_day_that_cannot_be_is_refused_with_a_sentence(self, mine, consent, day, sentence):
        answer = send(mine, "consent_withdraw", consent, withdrawn_on=day)
        assert answer.status_code == 422
        assert sentence in said(answer)
        consent.refresh_from_db()
        assert consent.withdrawn_on is None

    def test_the_action_refuses_the_same_days_without_a_form(self, consent, worker):
        about = {"consent_id": consent.pk, "by": worker, "today": TODAY}
        with pytest.raises(actions.WithdrawnAhead):
            actions.withdraw(**about, withdrawn_on=TODAY + DAY)
        with pytest.raises(actions.WithdrawnBeforeGiven):
            actions.withdraw(**about, withdrawn_on=consent.consented_on - DAY)

    def test_two_taps_are_one_and_another_day_is_refused(self, mine, signed_in, whetu, manager, consent):
        url, other = reverse("consent_withdraw", args=[consent.uid]), signed_in(manager)
        opened = filled(other.get(url))
        for _ in range(2):
            mine.post(url, filled(mine.get(url)) | {"withdrawn_on": TODAY})
        assert consent.events.count() == 1

        answer = other.post(url, opened | {"withdrawn_on": "2026-11-05"})
        assert answer.status_code == 422
        assert "It was withdrawn on 12 November 2026." in said(answer)

    def test_taking_back_what_was_not_withdrawn_changes_nothing(self, mine, whetu, consent):
        assert "It was not withdrawn. Nothing was changed." in said(tapped(mine, whetu, consent, undo="yes"))
        assert not consent.events.exists()


class TestWithThePerson:
    def test_consents_go_with_a_person_who_is_handed_over(self, mine, signed_in, whetu, consent, teammate):
        whetu.allocations.update(ends_before=TODAY)
        factories.AllocationFactory(client=whetu, worker=teammate, starts_on=TODAY)
        assert mine.get(reverse("consent_edit", args=[consent.uid])).status_code == 404
        assert "Sina Leota" in said(read(signed_in(teammate), whetu))

    def test_two_records_of_one_person_come_together_and_apart_again(self, whetu, consent, manager, team):
        other = factories.ClientFactory(organisation=whetu.organisation, team=team, support="inactive")
        theirs = factories.ConsentFactory(client=other, withdrawn=True)
        factories.refresh_derived(whetu, other)

        made = merge(kept_id=whetu.pk, absorbed_id=other.pk, by=manager, today=TODAY)
        assert set(Consent.objects.filter(client=whetu)) == {consent, theirs}

        take_apart(client_id=other.pk, merge_id=made.pk, by=manager, today=TODAY)
        assert list(Consent.objects.filter(client=other)) == [theirs]
        assert list(Consent.objects.filter(client=whetu)) == [consent]


@pytest.mark.parametrize(
    "row",
    [{"name": ""}, {"relation": ""}, {"about": ""}, {"withdrawn_on": TODAY - 30 * DAY}],
    ids=["nobody", "no relation", "about nothing", "withdrawn before it was given"],
)
def test_the_database_refuses(whetu, row):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.ConsentFactory(client=whetu, **row)
