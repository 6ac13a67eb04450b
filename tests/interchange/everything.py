"""A service with one of everything that it can hold, in which every column of every sheet says something somewhere."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from caseload.models import (
    Allocation,
    AllocationReview,
    Attendance,
    CloseDecision,
    Cover,
    DutyDone,
    GroupMember,
    Handover,
    LeavingStep,
    Merge,
    PleaseDont,
    ReferralChange,
    ReplacedParking,
    SessionFacilitator,
    TemporaryMove,
    TierPeriod,
)
from peerload.staff.models import ActingManager, Organisation, Post
from tests import factories as make
from wellbeing.models import SessionCadence
from workload import actions as workload
from workload.models import (
    Agreement,
    Assumption,
    MonthlyRecord,
    RecordLine,
    RemedialAction,
    ReportQuestion,
    Scheme,
    TeamReport,
)

TODAY = date(2026, 11, 12)
THEN = datetime(2026, 11, 5, 1, 30, tzinfo=UTC)


def one_of_everything() -> Organisation:
    """Return the service, as of `TODAY`."""
    organisation = make.OrganisationFactory(
        preset="children",
        person_noun="guest",
        people_noun="guests",
        greeting="Kia ora",
        tonight_line="Call or text 1737, any time.",
        cycle_anchor=date(2026, 1, 5),
        records_from=date(2026, 8, 1),
    )
    workload.create_scheme(organisation, "children")
    ana = make.MemberFactory(organisation=organisation, name="Ana Whitford", role="manager")
    hemi = make.MemberFactory(organisation=organisation, name="Hemi Rua", role="manager")
    team = make.TeamFactory(organisation=organisation, name="Harbourside", manager=ana, deputy=hemi)
    mere = make.MemberFactory(organisation=organisation, name="Mere Paki", in_team=team, post__duty=True)
    tom = make.MemberFactory(organisation=organisation, name="Tom Lealaiauloto", in_team=team)
    make.MemberFactory(
        organisation=organisation, name="Gone Long", role="peer_worker", active=False, closed_on=date(2026, 10, 30)
    )
    schemes(organisation, ana)
    people(organisation, team, mere, tom, ana)
    groups(organisation, team, mere)
    away_and_leaving(organisation, team, mere, tom, ana)
    plans_and_sessions(organisation, mere, ana)
    months(organisation, team, mere, tom, ana, hemi)
    make.ClosureDayFactory(organisation=organisation, label="Summer")
    make.refresh_derived(*organisation_people(organisation))
    workload.rebuild(organisation.pk)
    return organisation


def organisation_people(organisation: Organisation) -> list:
    return list(make.Client.objects.filter(organisation=organisation))


def schemes(organisation, by):
    first = Scheme.objects.get(organisation=organisation)
    for starts_on, published_at, more in (
        (date(2026, 9, 1), THEN, {"published_by": by, "workload_weight": False, "stable_scales_with_fte": True}),
        (date(2027, 1, 1), None, {"weight_of_cases_only": True, "extras_inside_base": True}),
    ):
        version = Scheme.objects.create(
            organisation=organisation,
            name=f"From {starts_on}",
            starts_on=starts_on,
            published_at=published_at,
            begun_by=by,
            begun_at=THEN,
            preset="children",
            mark=Decimal("80.5"),
            limit=Decimal("97.25"),
            close_window_days=21,
            decision_day_is_first=True,
            start_day_is_first=True,
            windows_run_on=True,
            **more,
        )
        for row in first.weights.all():
            row.pk, row.scheme = None, version
            row.save()
        version.weights.create(code="walking", label="Walking group", element="case", points=Decimal("1.5"), item=40)
        version.weights.create(
            code="panel", label="Panel", element="extra", points=2, linked_to_cases=True, on=False, item=41
        )


def people(organisation, team, mere, tom, ana):
    family = make.FamilyFactory(organisation=organisation, code="Wharf 1")
    jamie = make.ClientFactory(
        organisation=organisation,
        supported_by=mere,
        name="Jamie Leota",
        ref="H1",
        family=family,
        statutory=True,
        team=team,
        phone="021 555 0142",
        contact_how="Text first",
        contact_note="Works nights",
        called="Jay",
        pronouns="they",
        language="Samoan",
        interpreter="Samoan, by phone",
        worry_helps="Sit with me",
        worry_call="My sister Sina, 021 555 0188",
        contact_preference="please_dont",
    )
    PleaseDont.objects.create(
        organisation=organisation,
        client=jamie,
        asked_on=date(2026, 11, 1),
        by=mere,
        agreed_on=date(2026, 11, 2),
        agreed_by=ana,
    )
    for _ in range(2):
        PleaseDont.objects.create(
            organisation=organisation,
            client=jamie,
            asked_on=date(2026, 3, 1),
            by=mere,
            ended_on=date(2026, 3, 5),
            ended_by=ana,
        )
    Allocation.objects.filter(client=jamie).update(
        purpose="Housing",
        first_action="Ring",
        review_on=date(2027, 1, 4),
        note="Likes tea",
        over_reason="No one else",
        by=ana,
    )
    decisions_and_reviews(Allocation.objects.get(client=jamie), mere, ana)
    ofa = make.ClientFactory(organisation=organisation, supported_by=tom, name="Ofa Ward", ref="H2", team=team)
    make.ActivityFactory(client=ofa, code="walking", starts_on=date(2026, 10, 1), by=tom)
    make.ActivityFactory(
        client=ofa, code="placed_far", starts_on=date(2026, 3, 2), minutes_each_way=150, finished_on=date(2026, 5, 1)
    )
    make.ActivityFactory(client=ofa, code="leaving_care_pathway", starts_on=date(2026, 6, 1), first=True)
    contact = make.ContactFactory(
        client=jamie,
        author=mere,
        on=date(2026, 11, 3),
        minutes=25,
        channel="phone",
        outcome="support_wanted",
        note="=1+1, “words”\r\n",
        written_with="Jamie",
        said_at=THEN - timedelta(minutes=25),
        recorded_at=THEN,
    )
    make.DropInFactory(author=mere, on=date(2026, 11, 5), people=3, minutes=45, first_name="Kiri", recorded_at=THEN)
    make.DropInFactory(author=mere, on=contact.on, minutes=25, contact=contact, recorded_at=THEN)
    next_steps(jamie, contact, mere, ana)
    goals(jamie, mere, ana)
    consents(jamie, mere, ana)
    TierPeriod.objects.filter(client=jamie).update(ends_before=contact.on)
    again = make.TierPeriodFactory(
        client=jamie, tier="high", starts_on=contact.on, because_of=contact, by=mere, reason="Asked for support"
    )
    ReplacedParking.objects.create(period=again, talked=False, reason="Wanted a pause", by=ana)
    kai = make.ClientFactory(organisation=organisation, supported_by=tom, name="Kai Ngata", ref="H3", support="parked")
    TierPeriod.objects.filter(client=kai).update(ends_before=date(2026, 10, 1), talked=False)
    make.TierPeriodFactory(
        client=kai, tier="inactive", starts_on=date(2026, 10, 1), automatic=True, moved_on="ended", by=ana
    )
    Allocation.objects.filter(client=kai).update(
        ended_by_sweep=True,
        closed_on=date(2026, 9, 30),
        close_decided_on=date(2026, 9, 1),
        ends_before=date(2026, 10, 1),
    )
    held = make.ClientFactory(organisation=organisation, supported_by=mere, name="Moana Rei", ref="H4", team=team)
    Allocation.objects.filter(client=held).update(student_held=True)
    waits = make.ReferralFactory(
        client=make.ClientFactory(organisation=organisation, name="Wai Waits", ref="H5", team=team, support=None),
        referred_on=date(2026, 10, 5),
        referred_by="The GP",
        owner=ana,
        action="Ring",
        due_on=date(2026, 11, 20),
        contingency="Open group",
        by=ana,
    )
    before = {"referred_by": "Family", "owner": mere, "action": "Write", "contingency": "They may call"}
    for due_on in (date(2026, 10, 12), date(2026, 10, 19), None):
        ReferralChange.objects.create(referral=waits, changed_on=date(2026, 10, 9), by=ana, due_on=due_on, **before)
    make.ReferralFactory(
        client=kai, referred_on=date(2024, 12, 2), ended_on=date(2025, 1, 6), ended_as="allocated", by=ana
    )
    make.ResponsibilityFactory(
        worker=mere, code="mentoring", quantity=3, ends_before=date(2027, 1, 1), by=ana, starts_on=date(2026, 2, 2)
    )
    make.ResponsibilityFactory(worker=mere, code="panel", starts_on=date(2026, 10, 1))
    twice = [
        make.ClientFactory(organisation=organisation, name="Ripeka Tai", ref=ref, team=team, support=None)
        for ref in ("H7", "H6", "H8")
    ]
    make.PossibleDuplicateFactory(
        older=twice[0], newer=twice[1], older_says="same", older_by=ana, newer_says="two", newer_by=mere
    )
    for undone in ({"undone_on": date(2026, 11, 4), "undone_by": ana}, {}):
        Merge.objects.create(
            organisation=organisation,
            kept=twice[0],
            absorbed=twice[2],
            on=date(2026, 11, 3),
            by=ana,
            reason="One person",
            **undone,
        )


def next_steps(person, contact, mere, ana):
    made = {"client": person, "author": mere, "made_on": contact.on, "recorded_at": THEN}
    ended = {"ended_as": "not_kept", "ended_on": date(2026, 11, 9), "ended_by": ana}
    make.NextStepFactory(**made, due_on=date(2026, 11, 7), **ended)
    for due_on in (date(2026, 11, 20), date(2026, 11, 27)):
        make.NextStepFactory(**made, due_on=due_on, contact=None)
    make.NextStepFactory(
        **made,
        appointment=True,
        what="Housing",
        minutes=45,
        place="elsewhere",
        place_words="Café on Quay Street",
        with_others="Her sister",
        times_moved=2,
    )


def goals(person, mere, ana):
    written = {"client": person, "author": mere, "recorded_at": THEN}
    make.GoalFactory(**written)
    make.GoalFactory(**written, words="My sister’s wedding, sober", reached=True, ended_by=ana)


def consents(person, mere, ana):
    written = {"client": person, "author": mere, "recorded_at": THEN}
    make.ConsentFactory(**written)
    make.ConsentFactory(**written, name="Dr Rua", relation="GP", withdrawn=True, withdrawn_by=ana)


def decisions_and_reviews(allocation, mere, ana):
    withdrawn = {"withdrawn_on": date(2026, 9, 8), "withdrawn_by": ana, "withdrawn_reason": "They asked for more time"}
    for reason in ("Goals met", "Moving away"):
        CloseDecision.objects.create(
            allocation=allocation, decided_on=date(2026, 9, 7), by=mere, reason=reason, **withdrawn
        )
    CloseDecision.objects.create(allocation=allocation, decided_on=date(2026, 11, 9), by=mere, reason="Goals met")
    allocation.close_decided_on = date(2026, 11, 9)
    allocation.save()
    for next_on in (date(2026, 10, 5), date(2026, 12, 7), None):
        AllocationReview.objects.create(
            allocation=allocation, looked_on=date(2026, 9, 14), by=mere, words="Housing is found", next_on=next_on
        )


def groups(organisation, team, mere):
    person = make.ClientFactory(organisation=organisation, supported_by=mere, ref="H9", support="group", team=team)
    other = make.ClientFactory(organisation=organisation, supported_by=mere, ref="H10", support="group", team=team)
    group = make.GroupFactory(
        facilitated_by=mere,
        people=[person, other],
        name="Friday kitchen",
        starts_at=time(14, 30),
        minutes=100,
        place="Community hall",
        ends_before=date(2027, 3, 1),
    )
    for each in (*group.facilitators.all(), *GroupMember.objects.filter(group=group)):
        each.by, each.ends_before = mere, date(2027, 3, 1)
        each.save()
    make.GroupMeetingFactory(group=group, by=mere)
    off = {"called_off_on": date(2026, 11, 10), "called_off_by": mere}
    make.GroupMeetingFactory(group=group, on=date(2026, 11, 25), usual_on=date(2026, 11, 25), by=mere, **off)
    make.GroupMeetingFactory(group=group, on=date(2026, 11, 28), usual_on=None, by=mere, **off)
    make.GroupMeetingFactory(group=group, on=date(2026, 11, 28), usual_on=None, starts_at=None, place="", by=mere)
    again = {"on": date(2026, 12, 2), "usual_on": date(2026, 12, 2)}
    make.GroupMeetingFactory(group=group, as_usual=True, version=2, by=mere, **again)
    session = make.GroupSessionFactory(
        group=group, author=mere, minutes=95, facilitator_minutes=120, note="Baked", recorded_at=THEN
    )
    SessionFacilitator.objects.create(organisation=organisation, session=session, worker=mere)
    contact = make.ContactFactory(client=person, author=mere, on=session.on, channel="group", recorded_at=THEN)
    rows = {"organisation": organisation, "session": session}
    Attendance.objects.create(**rows, client=person, came=True, contact=contact)
    Attendance.objects.create(**rows, client=other, came=False)


def away_and_leaving(organisation, team, mere, tom, ana):
    away = make.AbsenceFactory(
        worker=tom,
        expected_back=date(2026, 12, 7),
        planned=True,
        kind="annual leave",
        expected_since=date(2026, 11, 10),
    )
    make.LeaveKindFactory(organisation=organisation, name="Annual leave", position=1)
    make.LeaveKindFactory(organisation=organisation, name="Study leave", position=2, in_use=False)
    make.LeaveRequestFactory(
        worker=tom,
        starts_on=away.starts_on,
        ends_before=away.expected_back,
        kind="Annual leave",
        words="Mere visits Ofa on Thursday.",
        state="agreed",
        asked_on=date(2026, 11, 1),
        answered_on=date(2026, 11, 2),
        answered_by=ana,
        answer="Have a good time.",
        absence=away,
    )
    make.LeaveRequestFactory(
        worker=tom, starts_on=away.starts_on, ends_before=away.expected_back, calls_off=True, absence=away
    )
    ended = make.AbsenceFactory(worker=mere, starts_on=date(2026, 4, 6), ends_before=date(2026, 4, 20), planned=False)
    Post.objects.filter(worker=mere).update(ends_before=date(2026, 4, 20))
    days = [Decimal(each) for each in ("4", "4", "0", "4", "4", "0", "0")]
    Post.objects.create(
        organisation=organisation,
        worker=mere,
        team=team,
        starts_on=date(2026, 4, 20),
        fte=Decimal("0.4"),
        weekly_hours=16,
        day_hours=days,
        duty=True,
        phased_return=ended,
    )
    ofa = make.Client.objects.get(organisation=organisation, ref="H2")
    Cover.objects.create(
        organisation=organisation,
        absence=away,
        client=ofa,
        worker=mere,
        starts_on=away.starts_on,
        ends_before=date(2026, 11, 20),
        by=ana,
    )
    led = make.AbsenceFactory(worker=ana, starts_on=date(2026, 12, 14), ends_before=date(2026, 12, 28), planned=True)
    ruth = make.MemberFactory(organisation=organisation, name="Ruth Hale", role="service_manager")
    ActingManager.objects.create(
        organisation=organisation,
        team=team,
        member=mere,
        absence=led,
        starts_on=date(2026, 12, 14),
        ends_before=date(2026, 12, 21),
        by=ruth,
    )
    DutyDone.objects.create(
        absence=away, kind="cover_plan", due_on=date(2026, 11, 10), done_on=date(2026, 11, 11), by=ana
    )
    moved = make.ClientFactory(
        organisation=organisation, supported_by=mere, ref="H11", team=team, since=date(2026, 11, 9)
    )
    TemporaryMove.objects.create(
        organisation=organisation,
        client=moved,
        allocation=Allocation.objects.get(client=moved),
        absence=away,
        back_to=tom,
        until=date(2026, 12, 7),
        by=ana,
    )
    stays = make.ClientFactory(
        organisation=organisation, supported_by=mere, ref="H12", team=team, since=date(2026, 5, 4)
    )
    TemporaryMove.objects.create(
        organisation=organisation,
        client=stays,
        allocation=Allocation.objects.get(client=stays),
        back_to=tom,
        until=date(2026, 6, 1),
        by=ana,
        settled_on=date(2026, 6, 2),
        settled_by=ana,
        settled_as="stays",
    )
    Allocation.objects.filter(client=stays).update(ends_before=date(2027, 2, 1))
    make.LeavingFactory(member=tom, by=ana, withdrawn_on=date(2026, 11, 2))
    leaving = make.LeavingFactory(member=tom, by=ana)
    gone = make.MemberFactory(organisation=organisation, name="Sina Left", in_team=team, post=False)
    make.PostFactory(worker=gone, team=team, ends_before=date(2026, 7, 1), weekly_hours=30)
    make.LeavingFactory(
        member=gone, notice_on=date(2026, 6, 1), last_day=date(2026, 6, 30), by=ana, closed_on=date(2026, 7, 2)
    )
    steps = {"leaving": leaving, "owner": ana, "due_on": date(2026, 12, 1)}
    LeavingStep.objects.create(**steps, kind="records", done_on=date(2026, 11, 9), done_by=tom)
    LeavingStep.objects.create(**steps, kind="property")
    Handover.objects.create(
        leaving=leaving,
        client=ofa,
        to=mere,
        note="Likes walking",
        told_on=date(2026, 11, 10),
        told_by=tom,
        moved_on=date(2027, 1, 4),
    )


def plans_and_sessions(organisation, mere, ana):
    make.PlanRowFactory(organisation=organisation, code="peer_space", label="Peer space", focus="wellbeing")
    make.PlanRowFactory(organisation=organisation, code="old_row", label="Old", focus="management", in_use=False)
    make.PlanTemplateFactory(organisation=organisation, name="Our weeks", weekly_hours=Decimal("37.5"), by=ana)
    make.TimePlanFactory(worker=mere, starts_on=date(2026, 3, 2))
    make.TimePlanFactory(
        worker=mere, proposed_on=date(2026, 10, 26), agreed_on=date(2026, 10, 28), agreed_by=ana, answer="More rest"
    )
    make.TimePlanFactory(worker=mere, starts_on=date(2026, 12, 7), state="proposed", proposed_on=TODAY)
    SessionCadence.objects.create(organisation=organisation, kind="supervision", every_weeks=3)
    make.SessionFactory(
        worker=mere,
        held_on=date(2026, 10, 8),
        with_member=ana,
        starts_at=time(9, 30),
        minutes=75,
        place="Small room",
        by=mere,
    )
    days = (date(2026, 11, 5), date(2026, 11, 12), date(2026, 11, 19))
    instead = None
    for day in reversed(days):
        more = {"missed_on": day - timedelta(days=1), "instead": instead} if instead else {}
        instead = make.SessionFactory(worker=mere, planned_on=day, **more)
    make.SessionFactory(worker=mere, planned_on=days[2])  # two on one day
    make.SessionFactory(worker=mere, held_on=days[0], kind="reflective_practice", led_by="peers")
    make.TimeEntryFactory(worker=mere)


def months(organisation, team, mere, tom, ana, hemi):
    for month, status in ((date(2026, 8, 1), "agreed"), (date(2026, 9, 1), "reported"), (date(2026, 10, 1), "agreed")):
        report = None
        if status == "reported":
            report = TeamReport.objects.create(
                organisation=organisation,
                team=team,
                month=month,
                sent_at=THEN,
                sent_on=date(2026, 10, 12),
                sent_by=ana,
                note="A long month",
                points=Decimal("103.125"),
                limit=100,
                fte=1,
                contacts_due=7,
                contacts_in_time=5,
            )
        record = MonthlyRecord.objects.create(
            organisation=organisation,
            worker=mere,
            month=month,
            team=team,
            total=Decimal("103.125"),
            stable=15,
            extras=2,
            cases=80,
            weight=Decimal("6.125"),
            adjustment=-2,
            fte=Decimal("0.8"),
            mark=68,
            limit=80,
            peak=Decimal("104.5"),
            peak_on=month,
            flag="review",
            scheme=Scheme.objects.filter(organisation=organisation).order_by("starts_on").first(),
            high=3,
            medium=9,
            group=14,
            parked=19,
            **{f"boundary_{tier}": n for n, tier in enumerate(("high", "medium", "group", "parked"), 5)},
            away_since=month,
            expected_back=month + timedelta(days=40),
            supervision_held_on=month,
            next_supervision_on=month + timedelta(days=28),
            comment="Busy",
            enough="too_much",
            would_help="Fewer people",
            reason="Two away",
            causes="Illness",
            status=status,
            completed_by=ana,
            completed_on=month + timedelta(days=35),
            other_manager=hemi,
            disagreed_by=mere,
            disagreed_total=99,
            disagreement="Two people too many",
            decided_by=hemi,
            decided_total=Decimal("103.125"),
            explanation="Everyone was seen",
            explained_by=ana,
            decision_reason="The list of the month says so",
            manager_note="Talk about the holidays",
            manager_note_by=ana,
            manager_note_on=TODAY,
            report=report,
            reported_reason="Two away" if report else "",
            reported_causes="Illness" if report else "",
            imported=False,
        )
        person = make.Client.objects.get(organisation=organisation, ref="H1")
        lines = {"record": record, "label": "Case", "points": Decimal("2.5")}
        RecordLine.objects.create(
            **lines, element="case", code="case", client=person, family=person.family, reason="High", starts_on=month
        )
        RecordLine.objects.create(
            **lines,
            element="case",
            code="court",
            starts_on=month,
            ends_before=month + timedelta(days=20),
            ending="window",
        )
        RecordLine.objects.create(record=record, label="Correction", points=-2, for_month=date(2026, 7, 1))
        for side, who in (("worker", mere), ("manager", ana)):
            Agreement.objects.create(record=record, member=who, side=side, total=record.total, at=THEN)
        answered = {"answer": "wrong", "answer_note": "One was new", "answered_on": TODAY} if report else {}
        Assumption.objects.create(record=record, text="As in the month before", by=ana, at=THEN, **answered)
        if report:
            asked = {"report": report, "asked_by": hemi}
            ReportQuestion.objects.create(
                **asked, question="Why over?", asked_at=THEN, answer="Two left", answered_by=ana, answered_at=THEN
            )
            ReportQuestion.objects.create(**asked, question="Until when?", asked_at=THEN + timedelta(minutes=5))
        RemedialAction.objects.create(record=record, what="No one new", owner=ana, due_on=TODAY, by=mere)
    RemedialAction.objects.create(record=record, what="Rest", owner=mere, due_on=TODAY, by=mere, done_on=TODAY)
    make.MonthlyRecordFactory(worker=tom, month=date(2026, 8, 1), imported=True, status="agreed")
