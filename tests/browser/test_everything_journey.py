"""
One of everything that pages can make goes out, comes in again, and goes out again: the same bytes, the same figures.

`make test` fills in and sends the forms by a client, `make test-long` by a browser.
"""

import re
from datetime import date
from difflib import ndiff

import pytest
from django.test import Client as Visitor

from caseload.models import Client, Group, GroupMember, LeavingStep, PossibleDuplicate, TemporaryMove
from peerload.core import clock
from peerload.home.sweep import sweep
from peerload.interchange import actions, export, files, queries, removal, reports
from peerload.notices.models import Notice
from peerload.staff.models import Absence, ActingManager, Member, Organisation, Team
from tests.browser.by_client import ByClient
from tests.browser.conftest import BACK_END
from tests.browser.helpers import Helpers
from tests.long import LONG
from wellbeing.models import LeaveRequest, Session, TimePlan
from workload import actions as work
from workload.actions import check
from workload.models import ReportQuestion, TeamReport, Weight

LAST = date(2026, 12, 1)
OTHERS = ("Ofa Ward", "Kai Ngata", "Moana Rei", "Hine Te Ao", "Pita Henare", "Rua Baker", "Tāne Rāwiri")
OTHERS += ("Whetu Walker", "Losa Tui")


class Service:
    """A service as its people build it up, page by page, each on a page of the role that may."""

    def __init__(self, organisation, helper_of, on):
        self.organisation, self.helper_of, self._say_what_day_it_is = organisation, helper_of, on
        self.helpers = {}
        self.begun_with = queries.to_write(organisation)

    def on(self, day: date) -> None:
        """Let a day begin, with what the timetable does every day."""
        self._say_what_day_it_is(day)
        sweep(self.organisation, day)

    def __getitem__(self, name: str) -> Helpers | ByClient:
        """Return what somebody does, by their first name."""
        if name not in self.helpers:
            self.helpers[name] = self.helper_of(self.member(name))
        return self.helpers[name]

    def member(self, name: str) -> Member:
        return Member.objects.get(organisation=self.organisation, name__startswith=name)

    def person(self, name: str) -> Client:
        return Client.objects.filter(organisation=self.organisation, name__startswith=name).earliest("pk")

    def the(self, model, **which):
        """Return the latest row of a model that pages have made in this service."""
        return model.objects.filter(organisation=self.organisation, **which).latest("pk")


if LONG:

    @pytest.fixture
    def helper_of(page_as):
        return lambda member: Helpers(page_as(member, java_script_enabled=False))

else:

    @pytest.fixture
    def helper_of(db):
        return ByClient


@pytest.fixture
def service(organisation, admin, helper_of, on) -> Service:
    work.create_scheme(organisation, "children")
    return Service(organisation, helper_of, on)


def test_it_comes_back_the_same(service):
    set_up(service)
    people_come(service)
    they_are_supported(service)
    group(service)
    much_changes(service)
    october_is_reported(service)
    tom_is_away(service)
    december(service)
    it_comes_back(service)


# What its people make -------------------------------------------------------------------------------------------------


def set_up(service):
    """September: an admin sets the service up."""
    service.on(date(2026, 9, 1))
    sam = service["Sam"]
    sam.fill_in(
        "/settings/service/",
        name="Harbourside",
        person_noun="guest",
        people_noun="guests",
        greeting="Talofa",
        tonight_line="Call or text 1737, any time.",
        cycle_anchor="2026-01-05",
        undo_weeks=40,
        boundary_parked=21,
        quiet_group=49,
        action_days=10,
    )
    for name, role in (("Ana Whitford", "manager"), ("Hemi Rua", "manager"), ("Lena Okafor", "manager")):
        adds_to_the_staff(sam, name, role=role)
    leaders = {name: service.member(name).pk for name in ("Ana", "Hemi", "Lena")}
    sam.fill_in("/settings/teams/add/", name="Harbourside", manager=leaders["Ana"], deputy=leaders["Hemi"])
    sam.fill_in("/settings/teams/add/", name="Northcote", manager=leaders["Lena"])
    team = service.the(Team, name="Harbourside").pk
    adds_to_the_staff(sam, "Ruth Hale", role="service_manager")
    for name in ("Mere Paki", "Tom Lealaiauloto", "Sina Mata’afa"):
        adds_to_the_staff(sam, name, home_team=team)
        worker = service.member(name)
        days = {"day_hours": "Mon-Thu 7.5, Fri 4"} if name.startswith("Tom") else {}
        sam.fill_in(
            f"/settings/staff/{worker.uid}/post/", starts_on="2026-10-01", team=team, fte="1", duty=True, **days
        )
    sam.fill_in("/settings/closures/", on="2026-12-29", label="Summer")
    for kind in ("Sick leave", "Annual leave"):
        sam.fill_in("/settings/leave/", name=kind)
    sam.fill_in("/settings/plan-rows/", label="Peer space", focus="wellbeing")
    sam.fill_in("/settings/plan-rows/supervision/", label="Kōrero")
    sam.fill_in("/settings/sessions/", supervision=3)
    sam.fill_in("/plan-templates/add/", press="Save the template", name="Our weeks")
    sam.press("/settings/scheme/", "Begin a draft")
    sam.fill_in("/settings/scheme/draft/add/case/", label="Walking group", points="1.5")
    sam.fill_in("/settings/scheme/draft/add/extra/", label="Panel", points=2)
    sam.fill_in("/settings/scheme/draft/settings/", name="With walking", mark=80, windows_run_on=True)
    sam.press("/settings/scheme/draft/", "Publish from 1 October 2026")
    work.recount(service.organisation)
    sam.press("/settings/scheme/", "Begin a draft")


def adds_to_the_staff(sam, name, *, role="peer_worker", **more):
    email = f"{name.split()[0].lower()}@harbourside.example"
    sam.fill_in("/settings/staff/add/", name=name, email=email, role=role, invite=False, **more)


def people_come(service):
    """The first of October: people are written down, and each has a worker but one."""
    service.on(date(2026, 10, 1))
    ana = service["Ana"]
    jamie = {
        "called": "Jay",
        "pronouns": "they",
        "language": "Samoan",
        "interpreter": "Samoan, by phone",
        "worry_helps": "Sit with me.",
        "worry_call": "My sister Sina, 021 555 0188",
        "phone": "021 555 0142",
        "contact_how": "Text first. No voicemail.",
        "contact_note": "Works nights.\nIf somebody else answers: ring again.",
        "family": "Wharf 1",
        "statutory": True,
        "ref": "00117",
    }
    ana.fill_in("/people/add/", name="Jamie Leota", referred_by="Herself", **jamie)
    for name in OTHERS:
        ana.fill_in("/people/add/", name=name)
    for name, twice in (("Ripeka Tai", "Tai Ripeka"), ("Wiremu Tamihana", "Tamihana Wiremu")):
        ana.fill_in("/people/add/", name=name)
        ana.fill_in("/people/add/", anyway="Add a new record all the same", name=twice)
    mere, tom, sina = (str(service.member(name).uid) for name in ("Mere", "Tom", "Sina"))
    for name, worker, tier in (
        ("Jamie", mere, "medium"),
        ("Ofa", tom, "high"),
        ("Kai", mere, "medium"),
        ("Moana", mere, "group"),
        ("Hine", sina, "medium"),
        ("Pita", tom, "group"),
        ("Rua", mere, "medium"),
        ("Whetu", tom, "medium"),
        ("Losa", tom, "group"),
    ):
        words = {"purpose": "Housing.", "first_action": "Ring.", "note": "Likes tea."} if name == "Jamie" else {}
        ana.fill_in(f"/people/{service.person(name).uid}/allocate/", worker=worker, tier=tier, **words)


def they_are_supported(service):
    """The work itself."""
    service.on(date(2026, 10, 5))
    ana, mere, tom = service["Ana"], service["Mere"], service["Tom"]
    person = {name: f"/people/{service.person(name).uid}" for name in ("Jamie", "Ofa", "Kai", "Pita", "Rua", "Tāne")}
    walking, panel = (Weight.objects.filter(label=label).earliest("pk").code for label in ("Walking group", "Panel"))
    tom.fill_in(f"{person['Ofa']}/work/", kind=walking, starts_on="2026-10-05")
    mere.fill_in(f"{person['Jamie']}/work/", kind="placed_far", starts_on="2026-10-01", minutes_each_way=150)
    mere.fill_in(f"{person['Jamie']}/work/", kind="leaving_care_pathway", starts_on="2026-10-02", first="no")
    mere.fill_in(f"/points/{service.member('Mere').uid}/responsibility/", kind=panel, starts_on="2026-10-05")
    tom.fill_in(
        f"/points/{service.member('Tom').uid}/responsibility/",
        kind="mentoring",
        starts_on="2026-10-05",
        quantity=3,
        until="2026-12-31",
    )
    mere.fill_in(f"{person['Jamie']}/support/", tier="high", on="2026-10-05", reason="Asked for more.")
    mere.fill_in(f"{person['Kai']}/keep-in-touch/", talked="no", on="2026-10-05", reason="Settled.")
    note = {"minutes": 25, "note": "=1+1, “words”\r\nand a line."}
    mere.fill_in(f"{person['Jamie']}/contact/", reached="yes", outcome="other", channel="phone", **note)
    tom.fill_in(f"{person['Ofa']}/contact/", reached="no", channel="text")
    mere.fill_in(f"{person['Jamie']}/next/add/?kind=promise", what="Ring the school.", due_on="2026-10-09")
    at = {"due_on": "2026-10-08", "starts_at": "10:00", "minutes": 45, "place": "service", "place_words": "Small room"}
    mere.fill_in(f"{person['Jamie']}/next/add/?kind=appointment", what="The form.", with_others="An aunt", **at)
    mere.fill_in(f"{person['Jamie']}/goals/add/", words="A place of my own.")
    mere.fill_in(f"{person['Jamie']}/consents/add/", name="Sina", relation="sister", about="Appointments, not health.")
    mere.fill_in("/drop-ins/", people=2, minutes=20)
    mere.press("/my-weeks/time/", "30 min Physical exercise")
    ana.fill_in(f"{person['Tāne']}/waiting/", action="Ring.", due_on="2026-11-20", contingency="Open group.")
    plans(service)
    sessions(service)


def plans(service):
    """A plan that is agreed, one that comes back with a question, and one that is still proposed."""
    mere, ana = service["Mere"], service["Ana"]
    hours = {f"peer_space-{week}": "1.5" for week in range(1, 5)}
    mere.fill_in("/my-weeks/edit/", press="Propose", starts_on="2026-10-12", **hours)
    ana.press(f"/plans/{service.the(TimePlan).uid}/", "Agree to this plan")
    mere.fill_in("/my-weeks/edit/?from=in_force", press="Propose", starts_on="2026-11-16")
    ana.fill_in(f"/plans/{service.the(TimePlan).uid}/change/", words="More rest.")
    service["Tom"].fill_in("/my-weeks/edit/", press="Propose", starts_on="2026-10-19")


def sessions(service):
    """A session that was held, one to come, and one called off with another day."""
    mere, book = service["Mere"], f"/my-sessions/book/{service.member('Mere').uid}/"
    ana = {"with_member": str(service.member("Ana").uid)}
    mere.fill_in(book, planned_on="2026-10-02", minutes=75, **ana)
    mere.fill_in(book, kind="cultural_supervision", planned_on="2026-10-20", with_name="Whaea Hana")
    mere.fill_in(book, planned_on="2026-10-21", **ana)
    mere.fill_in(f"/my-sessions/{service.the(Session).uid}/another-day/", planned_on="2026-11-19")


def group(service):
    """A group of two, and its first session."""
    ana, mere = service["Ana"], service["Mere"]
    who = str(service.member("Mere").uid)
    usual = {"weekday": "monday", "starts_at": "14:30", "minutes": 100}
    ana.fill_in("/groups/add/", name="Monday kitchen", facilitators=who, on="2026-10-05", **usual)
    group = f"/groups/{service.the(Group).uid}"
    for name in ("Moana", "Rua"):
        mere.fill_in(f"{group}/members/add/", who=str(service.person(name).uid))
    mere.fill_in(f"{group}/meetings/2026-10-26/", on="2026-10-27", starts_at="15:00", minutes=80, place="The hall")
    mere.press(f"{group}/", "Call off")
    service.on(date(2026, 10, 12))
    came = {"came": str(service.person("Moana").uid), "note": "Baked.", "facilitator_minutes": 130}
    mere.fill_in(f"{group}/session/", on="2026-10-12", **came)
    mere.fill_in(f"/groups/members/{service.the(GroupMember).pk}/leave/", on="2026-10-19")


def much_changes(service):
    """Two weeks later: people come and go, and so do staff."""
    service.on(date(2026, 10, 20))
    ana, mere, tom, sina = (service[name] for name in ("Ana", "Mere", "Tom", "Sina"))
    person = {name: f"/people/{service.person(name).uid}" for name in ("Jamie", "Ofa", "Kai", "Pita", "Rua", "Losa")}
    mere.fill_in(f"{person['Kai']}/contact/", reached="yes", outcome="support_wanted", tier="medium", channel="text")
    mere.fill_in(f"{person['Kai']}/keep-in-touch/", talked="no", on="2026-10-20", reason="They had changed their mind.")
    mere.fill_in(f"{person['Kai']}/contact/", reached="yes", outcome="support_wanted", tier="medium", channel="phone")
    for asks in ("please_dont", "ok", "please_dont"):
        mere.fill_in(f"{person['Jamie']}/edit/", contact_preference=asks)
    ana.fill_in(f"{person['Jamie']}/please-dont/")
    ana.fill_in(f"{person['Jamie']}/look-again/", words="It was done.", review_on="2027-01-04")
    tom.fill_in(f"{person['Losa']}/student/", on="2026-10-20")
    tom.fill_in(f"{person['Pita']}/decide-to-close/", on="2026-10-14", reason="It is enough.")
    tom.fill_in(f"{person['Pita']}/close/", moved_on="moved_away", on="2026-10-20", reason="To Taupō.")
    tom.fill_in(f"{person['Ofa']}/decide-to-close/", on="2026-10-20", reason="Nearly.")
    ana.fill_in(f"{person['Rua']}/not-in-touch/", moved_on="own_wish", on="2026-10-20", reason="Said so.")
    entered_twice(service, ana)
    for name, last_day in (("Mere", "2026-12-18"), ("Sina", "2026-10-30")):
        worker = service.member(name)
        ana.fill_in("/leaving/add/", member=str(worker.uid), notice_on="2026-10-20", last_day=last_day)
        if name == "Mere":
            ana.press(f"/leaving/{worker.uid}/", "They stay: withdraw the notice")
    steps = LeavingStep.objects.filter(leaving__member=service.member("Sina"))
    ana.fill_in(f"/leaving/steps/{steps.latest('pk').pk}/", owner=str(service.member("Hemi").uid), due_on="2026-10-29")
    ana.press(f"/leaving/{service.member('Sina').uid}/", "Done")
    hine = service.person("Hine").uid.hex
    people = f"/leaving/{service.member('Sina').uid}/people/"
    sina.fill_in(people, **{f"note_{hine}": "Likes walking.", f"told_{hine}": True})
    ana.fill_in(people, press="Hand over", **{f"to_{hine}": "go", f"who_{hine}": service.member("Mere").name})


def entered_twice(service, ana):
    """Two records become one, twice; the second time they are two people after all."""
    for pair in PossibleDuplicate.objects.filter(older__organisation=service.organisation):
        url = f"/people/entered-twice/{pair.uid}/"
        ana.fill_in(url, answer=f"{pair.older.uid} ", reason="Asked her.")
    ana.fill_in(f"/people/{service.person('Wiremu').uid}/two-people/")


def october_is_reported(service):
    """One record is agreed by two, on another a manager of another team decides; then the month is sent."""
    service.on(date(2026, 11, 2))
    ana, mere, tom, lena = (service[name] for name in ("Ana", "Mere", "Tom", "Lena"))
    record = {name: f"/records/{service.member(name).uid}/2026-10" for name in ("Mere", "Tom")}
    tom.fill_in(f"{record['Tom']}/words/", enough="too_much", comment="Two crises.", would_help="A second leader.")
    tom.fill_in(f"{record['Tom']}/reason/", reason="A colleague left.", causes="The post is empty.")
    ana.fill_in(f"{record['Tom']}/supervision/", supervision_held_on="2026-10-22", next_supervision_on="2026-11-19")
    owner = {"owner": str(service.member("Tom").pk), "due_on": "2026-11-30"}
    for what in ("Nobody new for four weeks", "Rest"):
        ana.fill_in(f"{record['Tom']}/actions/", what=what, **owner)
    tom.press(f"{record['Tom']}/", "Submit and agree")
    ana.press(f"{record['Tom']}/", "I agree")
    tom.press(f"{record['Tom']}/", "Mark as done", 1)
    mere.press(f"{record['Mere']}/", "Submit, and agree later")
    lenas = {"other_manager": str(service.member("Lena").pk)}
    mere.fill_in(f"{record['Mere']}/not-agreed/", total="24.5", note="The group counts twice.", **lenas)
    ana.fill_in(f"{record['Mere']}/explain/", explanation="Two groups, one evening each.")
    lena.fill_in(f"{record['Mere']}/decide/", total="24.500", reason="One group met twice.")
    ana.fill_in(f"{record['Mere']}/note/", manager_note="Talk about the groups.")
    mere.press(f"{record['Mere']}/", "I agree")
    ana.fill_in("/team/month/send/", note="Sina has left.")
    report = service.the(TeamReport).pk
    service["Ruth"].fill_in(f"/team/month/{report}/ask/", question="Who took over from Sina?")
    ana.fill_in(f"/team/month/questions/{ReportQuestion.objects.get(report=report).pk}/", answer="Mere did.")


def tom_is_away(service):
    """Tom is away: one of his people is covered, two move until a day, and he comes back in steps."""
    service.on(date(2026, 11, 3))
    ana, mere = service["Ana"], service.member("Mere").name
    leave = {"planned": "yes", "kind": "Sick leave", "expected_back": "2026-12-14"}
    ana.fill_in("/away/add/", worker=service.member("Tom").pk, starts_on="2026-11-03", **leave)
    away = f"/away/{service.the(Absence).pk}/"
    uids = {name: service.person(name).uid.hex for name in ("Ofa", "Whetu", "Losa")}

    def chosen(what: str, name: str) -> dict:
        return {f"to_{uids[name]}": what, f"who_{uids[name]}": mere}

    whole = chosen("cover", "Ofa") | chosen("move", "Whetu") | {"until": "2026-11-09"}
    ana.fill_in(f"{away}board/", press="Save who covers and who moves", **whole)
    later = chosen("move", "Losa") | {"until": "2026-12-14"}
    ana.fill_in(f"{away}board/", press="Save who covers and who moves", **later)
    ana.press(f"{away}duties/", "Done")
    ana.fill_in(away, expected_back="2026-12-21")
    steps = {"day_0": "2026-12-21", "fte_0": "0.4", "day_1": "2027-01-11", "fte_1": "0.6", "full_from": "2027-01-25"}
    ana.fill_in(f"{away}steps/", press="Agree the steps", **steps)
    service.on(date(2026, 11, 9))
    ruth = service["Ruth"]
    ruth.fill_in("/away/add/", worker=service.member("Hemi").pk, starts_on="2026-12-21", planned="yes")
    acts = f"/away/{service.the(Absence).pk}/acts/"
    ruth.fill_in(acts, member=str(service.member("Lena").uid), starts_on="2026-12-21")
    ruth.fill_in(f"/away/acts/{service.the(ActingManager).pk}/end/", ends_before="2027-01-11")
    move = TemporaryMove.objects.get(until=date(2026, 11, 9))
    ana.fill_in("/team/returns/", press="Confirm who moves back", **{f"answer_{move.pk}": "stays"})


def december(service):
    """What was forgotten in October becomes a line of November's record."""
    service.on(LAST)
    mere, who = service["Mere"], service.member("Mere").uid
    days = {"starts_on": "2026-12-28", "last_day": "2027-01-08", "kind": "Annual leave"}
    mere.fill_in("/leave/ask/", anyway="Ask for this leave", **days)
    asked = service.the(LeaveRequest)
    answer = {"what": "other_days", "answer": "Would the week after work?"}
    service["Ana"].fill_in(f"/leave/{asked.uid}/answer/", **answer)
    mere.fill_in(f"/leave/{asked.uid}/change/", last_day="2027-01-15")
    service["Ana"].press(f"/leave/{asked.uid}/", "Agree")
    mere.fill_in(f"/points/{who}/responsibility/", kind="group_work", starts_on="2026-10-20")
    mere.press(f"/records/{who}/2026-11/", "Submit and agree")
    away = f"/records/{service.member('Tom').uid}/2026-11"
    service["Ana"].fill_in(f"{away}/complete/", assumptions="The same people as in October.")
    service["Tom"].fill_in(f"{away}/assumptions/", answer="wrong", note="One more person.")


# What comes back -------------------------------------------------------------------------------------------------------


def it_comes_back(service):
    """The service goes out, is taken away, comes in again, and goes out again."""
    code = service.organisation.code
    # No sheet has what members were told, and My team counts it among what needs the manager.
    Notice.objects.filter(recipient__organisation=service.organisation).delete()
    before = Found(code)
    assert {name: rows for name, rows in before.rows.items() if rows == service.begun_with[name]} == {}
    removal.remove(before.organisation)

    plan = actions.bring_in(files.open_bytes(before.content))

    after = Found(code)
    assert {name: rows for name, rows in after.rows.items() if rows != before.rows[name]} == {}
    assert after.content == before.content
    assert after.reports == before.reports
    assert {name: apart for name, words in after.pages.items() if (apart := changed(before.pages[name], words))} == {}
    assert check(after.organisation) == []
    assert {counts["refused"] for counts in plan.counts.values()} == {0}


class Found:
    """Everything a service says: its sheets, its reports, and the words of its pages."""

    def __init__(self, code: str):
        self.organisation = organisation = Organisation.objects.get(code=code)
        self.rows = queries.to_write(organisation)
        self.content = export.zipped(self.rows)
        self.reports = dict(all_reports(organisation))
        visitors: dict[int, Visitor] = {}
        self.pages = {name: words_of(member, url, visitors) for name, member, url in pages_of(organisation)}


def all_reports(organisation):
    """Yield the name and the JSON of every report, of the last day and the month that was sent."""
    asked = reports.ReportScope(organisation)
    yield "month", reports.month(asked, date(2026, 10, 1), today=clock.today(organisation))
    for name, report in reports.BY_DAY.items():
        yield name, report(asked, LAST)


def pages_of(organisation):
    """Yield the pages of each role: a name, who opens it, and its address."""
    member = {each.name.split()[0]: each for each in Member.objects.filter(organisation=organisation)}
    uids = {name: each.uid for name, each in member.items()}
    seen = {
        "Mere": ["/", "/points/", "/records/", "/my-weeks/", "/my-sessions/", "/leave/", "/my-weeks/time/", "/people/"]
        + [f"/records/{uids['Mere']}/{month}/" for month in ("2026-10", "2026-11")],
        "Ana": ["/", "/team/", "/people/", "/waiting/", "/away/", "/groups/", "/people/entered-twice/"]
        + ["/team/returns/", "/team/sessions/", "/team/workers-needed/", "/team/month/by-month/"]
        + ["/team/month/?month=2026-10", "/team/month/?month=2026-11", f"/records/{uids['Tom']}/2026-10/"]
        + [f"/leaving/{uids['Sina']}/", f"/points/{uids['Mere']}/", f"/points/{uids['Tom']}/"]
        + [
            f"/away/{each.pk}/{page}/"
            for each in Absence.objects.filter(organisation=organisation, acting=None).order_by("starts_on")
            for page in AWAY
        ]
        + [group.get_absolute_url() for group in Group.objects.filter(organisation=organisation)]
        + [person.get_absolute_url() for person in Client.objects.filter(organisation=organisation).order_by("ref")],
        "Lena": ["/", f"/records/{uids['Mere']}/2026-10/"],
        "Ruth": ["/team/", "/team/month/", "/team/workers-needed/", "/away/"],
        "Sam": [f"/settings/{page}/" for page in SETTINGS] + [f"/settings/staff/{uids['Tom']}/", "/plan-templates/"],
    }
    for name, urls in seen.items():
        yield from ((f"{name}, {number}", member[name], url) for number, url in enumerate(urls))


def in_order(organisation):
    """Return the absences by their days: they come in again by another order than they were made in."""
    return Absence.objects.filter(organisation=organisation).order_by("starts_on")


AWAY = ("duties", "cover", "board", "steps")
SETTINGS = ("staff", "teams", "closures", "service", "scheme", "scheme/draft", "plan-rows", "sessions", "leave")


# What a page says of this service as it was run here, and no sheet has.
ONLY_HERE = {
    "news": r'<section[^>]*aria-labelledby="news".*?</section>|<h3[^>]*id="news".*?</ul>(?:\s*<details.*?</details>)?',
    "who has opened a person's page": r"<details(?:(?!</details>).)*opened this page.*?</details>",
    "what the history has of a decision, a review and of waiting": r"<li>(?:(?!</li>).)*<h3>(?:Support reviewed|Decided to close"
    r"|Waiting for a worker: changed|Waits for a worker)</h3>.*?</li>|To be reviewed on [^.]*\.",
    "whether somebody has signed in": r"[Hh]as signed in|[Nn]ot invited yet\.?|Last signed in on [^.]*\.",
    "what is chosen by a primary key": r'<input[^>]*type="(?:hidden|radio|checkbox)"[^>]*>',
}


def words_of(member, url, visitors) -> str:
    """Return the words of a page and of its fields, without addresses and what is only said here."""
    if member.pk not in visitors:
        visitors[member.pk] = Visitor()
        visitors[member.pk].force_login(member.user, backend=BACK_END)
    response = visitors[member.pk].get(url, follow=True)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    shown = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    for pattern in ONLY_HERE.values():
        shown = re.sub(pattern, " ", shown, flags=re.DOTALL)
    shown = re.sub(r'<input[^>]*\svalue="([^"]*)"[^>]*>', r" \1 ", shown)
    return " ".join(re.sub(r"<[^>]*>", " ", shown).split())


def changed(before: str, after: str) -> list[str]:
    """Return the words that stand in one text and not in the other, each with its sign."""
    return [word for word in ndiff(before.split(), after.split()) if word[0] in "-+"]
