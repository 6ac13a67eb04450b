"""What helps the people of the demo service grow: guides, and the checklist of somebody new."""

from datetime import date, timedelta

from peerload.core import dates
from peerload.guides import actions as guides
from peerload.guides import rules as guide_rules
from peerload.guides.checklists import actions as checklists
from peerload.guides.models import Guide
from peerload.staff.models import Member, Organisation

DAY, WEEK = dates.DAY, timedelta(weeks=1)

NOTICED = "Three notes of last month were written two weeks later. Two mornings began at ten."
FACTOR = "A training plan for each worker, looked at once a year."
FEWER = "Give two home visits to Mere until the end of the month"


class DemoGrowth:
    """Fills in guides and checklists of one service as of a day; ``as_at`` is the last day its sheets tell of."""

    def __init__(self, organisation: Organisation, today: date, as_at: date) -> None:
        self.organisation, self.today, self.as_at = organisation, today, as_at
        self.monday = today - timedelta(days=today.weekday())
        self.team = organisation.teams.get()
        members = organisation.members.select_related("user", "organisation")
        self.by_name = {member.email.partition("@")[0]: member for member in members}
        self.ana, self.mere, self.tom = (self.by_name[name] for name in ("ana", "mere", "tom"))
        self.hinewai, self.sione, self.priya = (self.by_name[name] for name in ("hinewai", "sione", "priya"))
        self.ruth = self.by_name["ruth"]

    def checklists(self) -> None:
        """Let Sione be in the third week of onboarding, with two steps late: one is theirs, one their team manager's."""
        first = self.sione.posts.get().starts_on
        subject = checklists.Subject(self.sione)
        run = checklists.begin(code="onboarding", subject=subject, by=self.ana, today=first - 3 * WEEK)
        open_ones = {"programme", "mentor"}
        for step in run.steps.filter(not_needed_on=None, due_on__lt=self.today).exclude(kind__in=open_ones):
            checklists.tick_off(step_id=step.pk, done=True, by=self.ana, today=step.due_on)
        programme = run.steps.get(kind="programme")
        for part in ("confidentiality", "principles", "recovery"):
            checklists.tick_part(step_id=programme.pk, part=part, done=True, by=self.sione, today=first + DAY)

    def guides(self) -> None:
        """Let Tom's review of the work be shared and not signed, and the basics of Mere be signed by both."""
        review = guides.begin(code="work_review", about=self.tom, by=self.ana, today=self.today - WEEK)
        for section in review.content.sections:
            values = {item.key: "proficient" for item in section.items}
            comment = ""
            if section.key == "crisis":
                values["crisis_5"] = "developing"
                comment = "We look at a crisis plan together before the next review."
            self.answer(review, section.key, self.ana, guide_rules.SideAnswers(values, {}, comment))
        guides.share(guide=review, by=self.ana, today=self.today - 2 * DAY)
        basics = guides.begin(code="basics", about=self.mere, by=self.ana, today=self.today - 3 * WEEK)
        guides.share(guide=basics, by=self.ana, today=self.today - 3 * WEEK)
        for by in (self.ana, self.mere):
            values = {item.key: "yes" for item in basics.content.sections[0].items}
            notes = {}
            if by == self.mere:
                values["resources"], notes = "no", {"resources": "A phone that keeps its charge for a whole day."}
            self.answer(basics, "basics", by, guide_rules.SideAnswers(values, notes))
        for by in (self.mere, self.ana):
            basics.refresh_from_db()
            guides.sign(guide=basics, by=by, version=basics.version, today=self.today - 3 * WEEK + DAY)

        self.work_plan()
        self.factors()
        self.wishes()

    def work_plan(self) -> None:
        """Let Ana and Tom make a work plan that both read, with a step of each."""
        until = self.working_day(25)
        plan = guides.begin(code="work_plan", about=self.tom, by=self.ana, today=self.today - WEEK, period_until=until)
        value = {"value": "People ask for you, and the Friday kitchen runs because of you.", "noticed": NOTICED}
        self.answer(plan, "background", self.ana, guide_rules.SideAnswers(value))
        for what, owner, days in (("Ask for a quiet desk near the window", self.tom, 3), (FEWER, self.ana, 6)):
            due_on = self.working_day(days)
            guides.add_step(guide=plan, what=what, owner=owner, due_on=due_on, by=self.ana, today=self.today - DAY)
        guides.share(guide=plan, by=self.ana, today=self.today - DAY)

    def factors(self) -> None:
        """Let those who lead begin to write what answers the thirteen factors."""
        found = guides.begin(code="thirteen_factors", about=self.ana, by=self.ana, today=self.today - WEEK)
        values = {"workload": "The points scheme, and a review of each month above the limit.", "growth": FACTOR}
        self.answer(found, "factors", self.ana, guide_rules.SideAnswers(values))
        who = {"by": self.ana, "today": self.today}
        due_on = self.working_day(12)
        guides.add_step(guide=found, what="Write down how mistakes are reported", owner=self.ana, due_on=due_on, **who)

    def wishes(self) -> None:
        """Let Mere write where she wants to go, and share it with Ana."""
        wishes = guides.begin(code="where_to", about=self.mere, by=self.mere, today=self.today - 3 * WEEK)
        trials = [["Shadowing at a crisis café", "Tom", "In spring"], ["A mentor", "", "From next month"]]
        values = {"try": ["shadow_there", "mentoring"], "trials": trials}
        self.answer(wishes, "try", self.mere, guide_rules.SideAnswers(values))
        guides.share(guide=wishes, by=self.mere, today=self.today - 2 * DAY, reader=self.ana)

    def answer(self, guide: Guide, section: str, by: Member, answers: guide_rules.SideAnswers) -> None:
        """Write one side of a section for the first time."""
        today = self.today - 3 * WEEK if by == self.mere else self.today - WEEK
        guides.write(guide=guide, section=section, by=by, answers=answers, version=0, today=today)

    def working_day(self, days_ahead: int) -> date:
        """Return the working day so many days ahead, or the next one after it."""
        return dates.add_working_days(self.today + timedelta(days=days_ahead - 1), 1, self.organisation.region)
