"""The list of duties while a worker is away, and the page on which cover is chosen."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from caseload.models import Cover, DutyDone
from peerload.audit.models import Entry
from peerload.home.sweep import sweep
from peerload.notices.models import Notice
from peerload.staff.models import Absence
from tests import factories
from tests.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)


def shown(client, name, absence):
    answer = client.get(reverse(name, args=[absence.pk]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestWhatThereIsToDo:
    def test_recording_an_absence_leads_there_with_its_band_and_duties(self, signed_in, manager, worker, people):
        data = {"worker": worker.pk, "starts_on": TODAY, "expected_back": TODAY + 21 * DAY, "planned": "no"}
        answer = signed_in(manager).post(reverse("absence_add"), data, follow=True)
        words = answer.content.decode()
        assert answer.redirect_chain[-1][0] == reverse("away", args=[Absence.objects.get().pk])
        assert "Two to eight weeks: 21 days, not planned" in words
        assert "2 people have no one covering" in words
        for duty in ("Agree who covers", "Out-of-office message", "Act on urgent messages", "Check new messages"):
            assert duty in words

    @pytest.mark.parametrize(("days", "leads_there"), [(56, False), (57, True)])
    def test_planned_beyond_eight_weeks_the_duty_to_hand_over_leads_to_the_board(
        self, signed_in, manager, absence, days, leads_there
    ):
        absence.planned, absence.expected_back = True, absence.starts_on + days * DAY
        absence.save()
        words = shown(signed_in(manager), "away", absence)
        link = f'Use the cover board. <a href="{reverse("cover_board", args=[absence.pk])}">'
        assert (link in words) is leads_there

    def test_the_talk_with_the_service_manager_names_the_business_case(self, signed_in, manager, absence):
        absence.planned, absence.expected_back = False, absence.starts_on + 57 * DAY
        absence.save()
        assert "write a business case" in shown(signed_in(manager), "away", absence)

    def test_another_return_says_what_becomes_of_it(self, signed_in, manager, absence):
        data = {"starts_on": absence.starts_on, "expected_back": TODAY + 70 * DAY, "planned": "no"}
        words = signed_in(manager).post(reverse("absence_edit", args=[absence.pk]), data, follow=True).content.decode()
        assert "changed from under two weeks to over eight weeks" in words
        assert "Talk with the service manager today" in words
        absence.refresh_from_db()
        assert absence.expected_since == TODAY

    def test_a_duty_is_ticked_and_opened_again(self, signed_in, manager, absence):
        client, url = signed_in(manager), reverse("duty_done", args=[absence.pk])
        tick = {"kind": "cover_plan", "due_on": absence.starts_on}
        assert client.post(url, tick).status_code == 302
        assert DutyDone.objects.get().by == manager
        assert "Open it again" in shown(client, "away", absence)
        client.post(url, tick | {"done": "no"})
        assert not DutyDone.objects.exists()

    @pytest.mark.parametrize(
        "posted",
        [
            {},
            {"kind": "x", "due_on": "2026-11-09"},
            {"kind": "cover_plan", "due_on": "2026-13-45"},
            {"kind": "cover_plan"},
        ],
        ids=["nothing", "no duty", "no day", "without a day"],
    )
    def test_what_is_no_duty_is_refused_in_a_sentence(self, signed_in, manager, absence, posted):
        words = signed_in(manager).post(reverse("duty_done", args=[absence.pk]), posted, follow=True).content.decode()
        assert "Look at the list again" in words and not DutyDone.objects.exists()

    def test_who_leads_another_team_finds_nothing(self, signed_in, other_manager, other_team, absence):
        for name in ("away", "cover"):
            assert signed_in(other_manager).get(reverse(name, args=[absence.pk])).status_code == 404


class TestWhoLeadsTheirPeopleAndNotTheWorker:
    def test_finds_on_the_page_only_what_they_may_open(self, signed_in, worker, other_manager, other_team, absence):
        factories.ClientFactory(supported_by=worker, team=other_team, name="Sefa Leota")
        client = signed_in(other_manager)
        words = shown(client, "away", absence)

        for name, may in (("cover_board", True), ("cover", True), ("absence_edit", False), ("steps_back", False)):
            address = reverse(name, args=[absence.pk])
            assert (f'href="{address}"' in words, client.get(address).status_code) == (
                (True, 200) if may else (False, 404)
            ), name
        board = shown(client, "cover_board", absence)
        assert "Sefa Leota" in board and "Hana Rewi" not in board
        assert reverse("steps_back", args=[absence.pk]) not in board

    def test_the_manager_of_the_worker_finds_everything(self, signed_in, manager, absence):
        words = shown(signed_in(manager), "away", absence)
        for name in ("cover_board", "absence_edit", "steps_back"):
            assert f'href="{reverse(name, args=[absence.pk])}"' in words


class TestWhoCovers:
    def test_the_board_of_the_absence_is_one_press_away_for_who_may_open_it(
        self, signed_in, team, teammate, absence, people
    ):
        team.deputy = teammate
        team.save()
        own = factories.AbsenceFactory(worker=teammate, starts_on=TODAY + 14 * DAY)
        factories.ClientFactory(supported_by=teammate)
        client = signed_in(teammate)
        for each, may in ((absence, True), (own, False)):
            board, cover = reverse("cover_board", args=[each.pk]), client.get(reverse("cover", args=[each.pk]))
            assert (cover.status_code, client.get(board).status_code) == (200, 200 if may else 404)
            assert (f'href="{board}"' in cover.content.decode()) is may

    def post(self, client, absence, people, **data):
        fields = {f"initial-to_{person.uid.hex}": "" for person in people}
        return client.post(reverse("cover", args=[absence.pk]), fields | {"starts_on": TODAY} | data, follow=True)

    def test_one_press_for_everybody(self, signed_in, manager, teammate, absence, people):
        client = signed_in(manager)
        words = self.post(client, absence, people, do="everybody", everybody=teammate.name).content.decode()
        assert "Saved for 2 people, from 12 November 2026 on." in words
        assert f"{teammate.name} covers 2 people" in words
        assert set(Cover.objects.values_list("client", "worker")) == {(p.pk, teammate.pk) for p in people}

    def test_or_for_each_person_and_what_was_not_touched_stays(self, signed_in, manager, teammate, absence, people):
        hana, ioane = people
        client = signed_in(manager)
        self.post(client, absence, people, do="keep", **{f"to_{hana.uid.hex}": teammate.name})
        assert set(Cover.objects.values_list("client", "worker")) == {(hana.pk, teammate.pk)}
        # a page opened before that knows nothing of Tom, and does not take him away
        self.post(client, absence, people, do="keep", **{f"to_{ioane.uid.hex}": manager.name})
        assert set(Cover.objects.values_list("client", "worker")) == {(hana.pk, teammate.pk), (ioane.pk, manager.pk)}

    def test_cover_is_taken_away(self, signed_in, manager, teammate, absence, people):
        factories.CoverFactory(absence=absence, client=people[0], worker=teammate)
        taken = {f"initial-to_{people[0].uid.hex}": teammate.name, f"to_{people[0].uid.hex}": ""}
        self.post(signed_in(manager), absence, people, do="keep", **taken)
        assert [cover.ends_before for cover in Cover.objects.all()] == [TODAY]

    def test_a_cover_who_has_gone_away_stays_until_somebody_else_is_chosen(
        self, signed_in, manager, teammate, absence, people
    ):
        factories.CoverFactory(absence=absence, client=people[0], worker=teammate)
        factories.AbsenceFactory(worker=teammate, starts_on=TODAY)
        client = signed_in(manager)
        words = shown(client, "cover", absence)
        assert f'value="{teammate.name}" class="form-control"' in words
        assert f'<option value="{teammate.name}">' not in words
        stays = {f"{name}to_{people[0].uid.hex}": teammate.name for name in ("", "initial-")}
        self.post(client, absence, people, do="keep", **stays)
        assert Cover.objects.get().ends_before is None

    @pytest.mark.parametrize("how", ["away", "left"])
    def test_a_cover_who_is_away_or_has_left_counts_as_nobody(self, signed_in, manager, teammate, absence, people, how):
        factories.CoverFactory(absence=absence, client=people[0], worker=teammate)
        factories.CoverFactory(absence=absence, client=people[1], worker=manager)
        client = signed_in(manager)
        assert "Everyone has someone covering" in shown(client, "away", absence)
        if how == "away":
            factories.AbsenceFactory(worker=teammate, starts_on=TODAY)
        else:
            factories.LeavingFactory(member=teammate, last_day=TODAY - DAY)
        words = shown(client, "away", absence)
        assert "1 person has no one covering" in words and f"{manager.name} covers 1 person" in words
        assert f"{teammate.name} covers" not in words
        assert "1 person has no one covering on 12 November 2026" in shown(client, "cover", absence)

    def test_nobody_chosen_is_asked_for_again_with_what_was_typed(self, signed_in, manager, teammate, absence, people):
        picked = {f"to_{people[0].uid.hex}": teammate.name}
        answer = self.post(signed_in(manager), absence, people, do="everybody", **picked)
        words = answer.content.decode()
        assert answer.status_code == 422 and "Choose who covers everyone." in words
        assert f'name="to_{people[0].uid.hex}" value="{teammate.name}"' in words

    @pytest.mark.parametrize("typed", ["Nobody Here", "e"])
    def test_a_name_that_is_not_on_the_list_is_refused_beside_its_person(
        self, signed_in, manager, absence, people, typed
    ):
        answer = self.post(signed_in(manager), absence, people, do="keep", **{f"to_{people[0].uid.hex}": typed})
        assert answer.status_code == 422 and not Cover.objects.exists()
        assert f"“{typed}” is not on the list." in answer.content.decode()

    def test_each_worker_who_can_cover_is_drawn_once(self, signed_in, manager, worker, teammate, absence, people):
        factories.ClientFactory.create_batch(5, supported_by=worker)
        words = shown(signed_in(manager), "cover", absence)
        assert words.count(f'<option value="{teammate.name}">') == 1 and 'list="workers"' in words

    def test_a_refusal_stands_beside_its_day(self, signed_in, manager, teammate, absence, people):
        Absence.objects.update(ends_before=TODAY + 2 * DAY)
        data = {"do": "everybody", "everybody": teammate.name, "starts_on": TODAY + 2 * DAY}
        answer = self.post(signed_in(manager), absence, people, **data)
        assert answer.status_code == 422 and "Choose an earlier day for cover" in answer.content.decode()

    def test_only_those_one_leads_are_offered_and_shown(self, signed_in, manager, worker, stranger, absence, people):
        elsewhere = factories.ClientFactory(supported_by=worker, team=stranger.home_team, name="Sefa Leota")
        words = shown(signed_in(manager), "cover", absence)
        assert escape(stranger.name) not in words and elsewhere.name not in words
        assert Entry.objects.filter(what="listed", subject="cover").exists()

    def test_fifty_people_ask_no_more_queries_than_two(self, signed_in, manager, worker, absence, people):
        def queries():
            with CaptureQueriesContext(connection) as found:
                shown(client, "cover", absence)
                shown(client, "away", absence)
            return len(found)

        client = signed_in(manager)
        queries()
        few = queries()
        factories.ClientFactory.create_batch(10, supported_by=worker)
        assert queries() == few

    def test_planned_ahead_it_shows_who_is_theirs_then(self, signed_in, manager, worker, people):
        absence = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 30), planned=True)
        words = shown(signed_in(manager), "cover", absence)
        assert "2 people have no one covering on 30 November 2026" in words
        assert 'value="2026-11-30"' in words


class TestAWorkerWhoHasLeftIsNotAway:
    """Mere fell ill on the 9th, and her last day was the 10th; her two people are hers still."""

    @pytest.fixture(autouse=True)
    def left(self, absence, worker):
        factories.LeavingFactory(member=worker, notice_on=absence.starts_on, last_day=TODAY - 2 * DAY)

    def read(self, client, url) -> str:
        words = re.sub("<[^>]+>", " ", client.get(url).content.decode().split("<main", 1)[1])
        return " ".join(unescape(words).split())

    def test_the_team_page_says_it_once_and_leads_to_handing_over(self, signed_in, manager, people):
        people[0].statutory = True
        people[0].save()
        client = signed_in(manager)
        page = self.read(client, "/team/")
        assert "Mere Paki has left: last day was" in page and "hand them over at once" in page
        assert "Mere Paki is away" not in page and "no one covers" not in page
        assert page.count("Mere Paki has left:") == 2, "as a line, and in the card it leads to"

    def test_so_do_the_list_of_absences_and_the_page_of_this_one(self, signed_in, manager, absence):
        client = signed_in(manager)
        assert "has left" in self.read(client, "/away/")
        page = self.read(client, reverse("away", args=[absence.pk]))
        assert "Mere Paki has left" in page and "is away" not in page and "No return date is known" not in page

    def test_and_the_worker_who_covers_still(self, signed_in, teammate, absence, people):
        factories.CoverFactory(absence=absence, client=people[0], worker=teammate)
        client = signed_in(teammate)
        assert "You cover: Mere Paki has left." in self.read(client, people[0].get_absolute_url())
        day = self.read(client, "/")
        assert "Mere has left. Their people need a new worker." in day and "No return date is known" not in day

    def test_nothing_is_asked_about_their_absence_any_more(self, organisation, absence, manager):
        sweep(organisation, TODAY)
        assert not Notice.objects.filter(kind__startswith="absence_").exists()

    def test_nobody_is_given_to_them(self, signed_in, manager, team, teammate):
        person = factories.ClientFactory(organisation=team.organisation, team=team, support=None)
        factories.refresh_derived(workers=[teammate])
        form = signed_in(manager).get(reverse("allocate", args=[person.uid])).context["form"]
        assert [name for _, name in form.fields["worker"].choices] == ["Tom Lealaiauloto"]
