"""Months as figures: what is drawn, and that the same stands beside it as a table."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template

from tests.html import tight
from workload.templatetags import months as drawn_months


def draw(source: str, **context) -> str:
    return tight(Template("{% load months %}" + source).render(Context(context)))


def a_year(*totals, first=date(2025, 11, 1), **known) -> list[dict]:
    """A month each from November on; ``None`` is a month without a figure."""
    months = [
        date(first.year + (first.month + n - 1) // 12, (first.month + n - 1) % 12 + 1, 1) for n in range(len(totals))
    ]
    return [
        {"month": month, "total": total, "mark": 85, "limit": 100, "kept": True, "band": band_of(total), **known}
        for month, total in zip(months, totals, strict=True)
    ]


def band_of(total) -> str:
    return "" if total is None else "over" if total > 100 else "limited" if total >= 85 else "room"


def rows_of(drawn: str) -> list[list[str]]:
    """The cells of the table beside a figure, in words."""
    body = drawn.split("<tbody>")[1]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("<tr>")[1:]]
    return [[re.sub(r"<[^>]+>", " ", cell).strip() for cell in row] for row in cells]


class TestAWorkersMonths:
    def test_two_months_over_beside_each_other_share_little_room(self):
        drawn = draw(
            "{% months_line months=months %}", months=a_year(80, 80, 121, 80, 80, 80, 80, 80, 121, 80, 121, 123)
        )
        figures = re.findall(
            r'<text class="(s-[a-z -]+)" x="[^"]+" y="[^"]+" dy="[^"]+" text-anchor="middle">12\d<', drawn
        )
        assert figures == ["s-strong", "s-strong", "s-strong s-alt", "s-strong"]

    def test_the_line_breaks_where_there_is_no_figure(self):
        drawn = draw("{% months_line months=months %}", months=a_year(81, 84, None, 88, 90))

        assert drawn.count('class="s-line"') == 2
        assert drawn.count('class="s-dot" cx=') == 4
        assert "January 2026 no figure" in drawn

    def test_a_month_over_is_a_diamond_and_said_so(self):
        drawn = draw("{% months_line months=months %}", months=a_year(99, 100, 101))

        assert drawn.count('<rect class="s-over"') == 2  # the month and the key
        assert "January 2026 101 of 100, over" in drawn

    def test_a_month_still_open_is_hollow_and_said_so(self):
        months = a_year(81, 102)
        months[1]["kept"] = False

        drawn = draw("{% months_line months=months %}", months=months)

        assert 'class="s-over-open"' in drawn
        assert "over the limit, not agreed yet" in drawn
        assert "December 2025 102 of 100, over, not agreed yet" in drawn

    def test_the_key_holds_only_what_is_there(self):
        drawn = draw("{% months_line months=months %}", months=a_year(81, 84))

        assert "agreed, does not change any more" in drawn
        assert "not agreed yet" not in drawn
        assert "over the limit" not in drawn

    def test_mark_and_limit_step_where_the_post_changes(self):
        months = a_year(81, 84, 60, 62)
        for month in months[2:]:
            month |= {"mark": 68, "limit": 80}

        drawn = draw("{% months_line months=months %}", months=months)

        assert re.findall(r'class="s-limit" x1="(\d+%)" x2="(\d+%)" y1="\S+" y2', drawn)[:2] == [
            ("0%", "50%"),
            ("50%", "100%"),
        ]
        assert ">80</text>" in drawn
        assert ">68</text>" in drawn

    def test_the_table_says_all_of_it(self):
        months = a_year(Decimal("92.50"), None)
        months[1] |= {"note": "away", "mark": None, "limit": None}

        drawn = draw("{% months_line months=months %}", months=months)

        assert rows_of(drawn) == [
            ["Nov 2025 agreed", "92.5 little room", "85", "100"],
            ["Dec 2025 no figure, away", "–", "–", "–"],
        ]

    @pytest.mark.parametrize("totals", [[], [None, None]], ids=["no months", "no figures"])
    def test_without_a_figure_there_is_a_sentence(self, totals):
        drawn = draw("{% months_line months=months %}", months=a_year(*totals))

        assert "No month is over yet, so there are no figures." in drawn
        assert "<svg" not in drawn

    def test_one_month_alone_is_drawn(self):
        assert draw("{% months_line months=months %}", months=a_year(15)).count('class="s-dot" cx="50%"') == 1

    def test_words_beside_a_month_are_escaped(self):
        assert "<b>" not in draw("{% months_line months=months %}", months=a_year(None, 5, note="<b>away</b>"))


class TestATeamsMonths:
    def months(self):
        return [
            {"month": date(2026, 8, 1), "total": 910, "limit": 1070, "percent": Decimal("85.0"), "kept": True},
            {"month": date(2026, 9, 1), "total": 1100, "limit": 1000, "percent": Decimal("110.0"), "kept": True},
            {"month": date(2026, 10, 1), "total": 935, "limit": 1000, "percent": Decimal("93.5"), "kept": False},
        ]

    def test_bars_begin_at_nought_and_what_is_above_the_limit_is_hatched(self):
        drawn = draw("{% team_months months=months %}", months=self.months())

        bars = re.findall(r'<rect class="(s-\w+)" x="[\d.]+%" y="([\d.]+)" width="20%" height="([\d.]+)"', drawn)
        assert [kind for kind, _, _ in bars] == ["s-fill", "s-fill", "s-beyond", "s-open"]
        assert {float(y) + float(height) for kind, y, height in bars if kind != "s-beyond"} == {drawn_months.AXIS}

    def test_the_limit_follows_the_posts(self):
        drawn = draw("{% team_months months=months %}", months=self.months())

        assert 'class="s-limit" x1="0%" x2="33.33%"' in drawn
        assert 'class="s-limit" x1="33.33%" x2="100%"' in drawn

    def test_the_table_says_all_of_it(self):
        assert rows_of(draw("{% team_months months=months %}", months=self.months())) == [
            ["Aug 2026 sent", "910", "1,070", "85"],
            ["Sep 2026 sent", "1,100", "1,000", "110"],
            ["Oct 2026 not sent yet", "935", "1,000", "93.5"],
        ]

    def test_a_month_without_a_figure_has_no_bar(self):
        months = [*self.months(), {"month": date(2026, 11, 1), "note": "nobody in post"}]

        drawn = draw("{% team_months months=months %}", months=months)

        assert drawn.count('" width="15%"') == 4
        assert ["Nov 2026 no figure, nobody in post", "–", "–", "–"] in rows_of(drawn)


class TestTheSpread:
    def totals(self, *shares, limit=100):
        return [
            {
                "total": Decimal(share) * limit / 100,
                "mark": Decimal(85) * limit / 100,
                "limit": Decimal(limit),
                "band": band_of(share),
            }
            for share in shares
        ]

    def test_each_worker_is_a_dot_at_the_share_of_their_own_limit(self):
        totals = self.totals(72, 96, 108) + self.totals(84, 66, limit=50)

        drawn = draw("{% spread totals=totals %}", totals=totals)

        assert re.findall(r'cx="([\d.]+%)"', drawn) == ["10%", "20%", "40%", "60%"]
        assert '<svg x="80%"' in drawn

    def test_dots_that_would_touch_go_up_a_row(self):
        drawn = draw("{% spread totals=totals %}", totals=self.totals(80, 80, 80, 81, 90))

        assert len(set(re.findall(r'cy="(\d+)"', drawn))) == 4

    def test_the_scale_reaches_a_bar_far_away(self):
        drawn = draw("{% spread totals=totals %}", totals=self.totals(15, 80, 80, 90, 131))

        assert re.findall(r">(\d+)%</text>", drawn)[1:] == ["10", "30", "50", "70", "90", "110", "130"]

    def test_the_table_counts_by_band(self):
        drawn = draw("{% spread totals=totals away=1 %}", totals=self.totals(60, 84, 85, 100, 101))

        assert rows_of(drawn) == [
            ["under 85% room", "2"],
            ["85% to 100% little room", "2"],
            ["above 100% over", "1"],
            ["away, not counted", "1"],
        ]

    @pytest.mark.parametrize(("workers", "shown"), [(4, False), (5, True)])
    def test_it_is_shown_from_five_workers_on(self, workers, shown):
        drawn = draw("{% spread totals=totals %}", totals=self.totals(*range(80, 80 + workers)))

        assert ("<svg" in drawn) is shown
        assert ("if five or more workers are at work" in drawn) is not shown

    def test_without_a_limit_nobody_has_a_share(self):
        assert "if five or more workers are at work" in draw(
            "{% spread totals=t %}", t=self.totals(1, 2, 3, 4) + self.totals(5, limit=0)
        )


class TestTheDaysToThe15th:
    @pytest.mark.parametrize(
        ("on", "words"),
        [
            (date(2026, 11, 30), "Due in <b>15</b> days, on Tuesday 15 December"),
            (date(2026, 12, 9), "Due in <b>6</b> days, on Tuesday 15 December"),
            (date(2026, 12, 14), "Due in <b>1</b> day, on Tuesday 15 December"),
            (date(2026, 12, 15), "Due today, Tuesday 15 December"),
            (date(2026, 12, 16), "Late since Wednesday 16 December"),
            (date(2027, 1, 20), "Late since Wednesday 16 December"),
        ],
        ids=["before the month", "six days before", "the day before", "the day itself", "a day late", "next year"],
    )
    def test_the_heading_says_how_long_there_is(self, on, words):
        drawn = draw("{% countdown due_on=d aim_on=d on=on %}", d=date(2026, 12, 15), on=on)

        assert words in drawn

    @pytest.mark.parametrize(
        ("on", "words"),
        [
            (date(2026, 11, 9), "Aim for Friday 13 November"),
            (date(2026, 11, 13), "Aim for Friday 13 November"),
            (date(2026, 11, 14), "Friday 13 November has passed. It is late from Monday 16 November"),
        ],
        ids=["before", "the aim itself", "after it"],
    )
    def test_on_a_weekend_it_says_what_to_aim_for(self, on, words):
        drawn = draw("{% countdown due_on=d aim_on=a on=on %}", d=date(2026, 11, 15), a=date(2026, 11, 13), on=on)

        assert words in drawn
        assert 'class="s-ring" cx="85.71%"' in drawn

    @pytest.mark.parametrize(
        ("sent_on", "words"),
        [(date(2026, 12, 15), "It was sent in time"), (date(2026, 12, 16), "It was due on Tuesday 15 December")],
    )
    def test_once_sent_it_says_when(self, sent_on, words):
        drawn = draw(
            "{% countdown due_on=d aim_on=d on=on sent_on=s %}", d=date(2026, 12, 15), on=date(2027, 1, 5), s=sent_on
        )

        assert "Sent on" in drawn
        assert words in drawn
        assert "<svg" not in drawn
