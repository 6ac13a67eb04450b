"""A post has days and hours: on the page, in the sheet, in the weeks of a plan, and in steps back to work (T20)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from peerload.interchange import actions as interchange
from peerload.interchange import queries as known
from peerload.interchange.errors import FileRefused
from peerload.interchange.preview import preview
from peerload.staff import actions, rules
from peerload.staff.models import Post
from tests import factories
from tests.conftest import TODAY
from tests.interchange import sheets
from wellbeing.plans import queries as plans

NINE_DAY_WEEK = tuple(map(Decimal, ("7.5", "7.5", "7.5", "7.5", "4", "0", "0")))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Mon-Thu 7.5, Fri 4", "7.5 7.5 7.5 7.5 4 0 0"),
        ("monday 8; WED 4 h", "8 0 4 0 0 0 0"),
        ("Sat–Sun 6", "0 0 0 0 0 6 6"),
    ],
)
def test_days_are_read_as_people_write_them(text, hours):
    assert rules.read_days(text) == tuple(map(Decimal, hours.split()))


@pytest.mark.parametrize(
    "text", ["Mon-Thu 7.5, Fri 4", "Mon 8, Wed 4", "Mon-Tue 8, Thu-Fri 4", "Mon 8, Tue 4, Wed-Fri 8", "Sat-Sun 6", ""]
)
def test_what_is_written_is_read_again(text):
    assert rules.write_days(rules.read_days(text)) == text


@pytest.mark.parametrize("text", ["", " ", " , ;"])
def test_where_nothing_is_written_the_days_are_not_known(text):
    assert rules.read_days(text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Mon", "cannot be read"),
        ("Mon eight", "cannot be read"),
        ("Moonday 8", None),
        ("Xday 8", "no day of the week. Write Mon, Tue, Wed, Thu, Fri, Sat, Sun."),
        ("Fri-Mon 8", "ends before it begins"),
        ("Mon 8, Mon-Fri 7", "Mon is there twice"),
        ("Mon 25", "a day has 24"),
    ],
)
def test_days_that_cannot_be_read_are_refused_with_a_sentence(text, says):
    if says is None:
        pytest.raises(rules.UnreadableDays, rules.read_days, text)
    else:
        with pytest.raises(rules.UnreadableDays, match=says):
            rules.read_days(text)


pages = pytest.mark.usefixtures("today")


@pytest.mark.django_db
@pages
class TestThePage:
    @pytest.fixture
    def sent(self):
        return {"starts_on": "2026-12-01", "last_day": "", "fte": "0.85", "weekly_hours": "", "duty": ""}

    def test_an_admin_writes_days_and_hours_and_the_week_follows(self, signed_in, admin, worker, sent):
        url = reverse("post_add", args=[worker.uid])
        signed_in(admin).post(url, sent | {"day_hours": "Mon-Thu 7.5, Fri 4"})
        post = worker.posts.get(starts_on=date(2026, 12, 1))
        assert (post.weekly_hours, tuple(post.day_hours)) == (34, NINE_DAY_WEEK)
        page = signed_in(admin).get(reverse("staff_edit", args=[worker.uid])).content.decode()
        assert "34 hours a week (Mon-Thu 7.5, Fri 4)" in " ".join(page.split())

    @pytest.mark.parametrize(
        ("more", "says"),
        [
            ({"day_hours": "Mon"}, "cannot be read"),
            ({"day_hours": "Mon 8", "weekly_hours": "30"}, "The days come to 8 hours, not 30."),
        ],
    )
    def test_what_does_not_add_up_is_refused_and_stays_in_the_form(self, signed_in, admin, worker, sent, more, says):
        answer = signed_in(admin).post(reverse("post_add", args=[worker.uid]), sent | more)
        page = answer.content.decode()
        assert answer.status_code == 422 and says in page and f'value="{more["day_hours"]}"' in page
        assert worker.posts.count() == 1

    def test_a_corrected_post_keeps_its_days_unless_they_are_changed(self, signed_in, admin, worker, sent):
        post = worker.posts.get()
        post.weekly_hours, post.day_hours = 34, list(NINE_DAY_WEEK)
        post.save()
        url = reverse("post_edit", args=[post.pk])
        assert 'value="Mon-Thu 7.5, Fri 4"' in signed_in(admin).get(url).content.decode()
        signed_in(admin).post(url, sent | {"starts_on": "2026-01-05", "day_hours": ""})
        post.refresh_from_db()
        assert (post.day_hours, post.weekly_hours) == (None, None)


@pytest.mark.django_db
@pages
def test_a_week_with_leave_has_the_hours_of_the_other_days(worker):
    worker.posts.update(weekly_hours=34, day_hours=list(NINE_DAY_WEEK))
    factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 20), ends_before=date(2026, 11, 23))  # a Friday
    [week] = plans.weeks(worker, [date(2026, 11, 16)], Decimal(34), TODAY)
    assert (week.away, week.shut, week.hours) == (1, 0, 30)


@pytest.mark.django_db
@pages
def test_a_step_back_to_work_has_its_part_of_each_day(worker):
    worker.posts.update(weekly_hours=34, day_hours=list(NINE_DAY_WEEK))
    absence = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 5, 1))
    steps = [rules.ReturnStep(date(2026, 11, 16), Decimal("0.5"))]
    actions.plan_return(absence_id=absence.pk, by=worker, steps=steps, full_from=date(2026, 12, 14), today=TODAY)
    half, full = Post.objects.filter(worker=worker, starts_on__gte=TODAY).order_by("starts_on")
    assert (half.weekly_hours, half.days) == (17, "Mon-Thu 3.75, Fri 2")
    assert (full.weekly_hours, full.days) == (34, "Mon-Thu 7.5, Fri 4")


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"day_hours": [8, 8]}, {"day_hours": [8] * 7, "weekly_hours": None}])
def test_days_without_a_whole_week_never_reach_the_database(worker, fields):
    with pytest.raises(IntegrityError, match="staff_post_seven_days"), transaction.atomic():
        worker.posts.update(**fields)


def with_post(**cells):
    post = {"email": sheets.MERE, "from": "2026-01-05", "fte": "0.85", **cells}
    return sheets.opened(sheets.small(posts=[post]))


@pytest.mark.django_db
@pages
def test_a_sheet_brings_days_in_and_takes_them_out_again():
    organisation = interchange.bring_in(with_post(days="Mon-Thu 7.5, Fri 4")).organisation
    post = Post.objects.get(organisation=organisation)
    assert (post.weekly_hours, tuple(post.day_hours)) == (34, NINE_DAY_WEEK)
    again = preview(with_post(days="Mon-Thu 7.5, Fri 4"), organisation=organisation)
    assert again.counts["posts"] == {"new": 0, "changed": 0, "unchanged": 1, "refused": 0}
    [row] = known.to_write(organisation)["posts"]
    assert (row["days"], row["weekly_hours"]) == (NINE_DAY_WEEK, None)


@pytest.mark.django_db
@pages
@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"days": "Mon-Thu"}, "days", "cannot be read"),
        ({"days": "Mon 8", "weekly_hours": "30"}, "weekly_hours", "The days come to 8 hours."),
    ],
)
def test_a_sheet_with_days_that_do_not_add_up_is_refused(cells, column, says):
    with pytest.raises(FileRefused) as refused:
        interchange.bring_in(with_post(**cells))
    [fault] = refused.value.faults
    assert (fault.sheet, fault.row, fault.column) == ("posts", 2, column) and says in fault.says
