"""
A small service of invented people, which the filled workbook shows: two teams, five staff, six people.

Its days lie around a given day, so that it imports without a fault on any day. It has a code of its own, so that an
existing service refuses it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from peerload.core import dates

ANA, MERE, TOM, SINA, SAM = (f"{name}@example.org" for name in ("ana", "mere", "tom", "sina", "sam"))
GROUP = "Friday kitchen"


def rows(today: date) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Return the rows of an invented service by sheet, as they would be typed; days as 2026-11-12."""
    monday = today - timedelta(days=today.weekday())

    def weeks_ago(weeks: int, days: int = 0) -> str:
        return (monday - timedelta(weeks=weeks) + timedelta(days=days)).isoformat()

    month = dates.month_start(dates.month_start(today) - timedelta(days=1))
    friday = {"group": GROUP, "on": weeks_ago(1, 4)}
    return {
        "service": [
            {"key": "name", "value": "Kōwhai House (example)"},
            {"key": "code", "value": "kowhai-example"},
            {"key": "timezone", "value": "Pacific/Auckland"},
            {"key": "region", "value": "NZ-AUK"},
            {"key": "full_time_hours", "value": "40"},
            {"key": "preset", "value": "peer"},
            {"key": "person_noun", "value": "person"},
            {"key": "people_noun", "value": "people"},
            {"key": "cycle_anchor", "value": weeks_ago(52)},
        ],
        "teams": [{"team": "North", "manager": ANA, "deputy": MERE}, {"team": "South", "manager": ANA}],
        "staff": [
            {"email": ANA, "name": "Ana Whitford", "role": "manager", "team": "North"},
            {"email": MERE, "name": "Mere Paki", "role": "peer_worker", "team": "North"},
            {"email": TOM, "name": "Tom Lealaiauloto", "role": "peer_worker", "team": "North"},
            {"email": SINA, "name": "Sina Mataʻafa", "role": "peer_worker", "team": "South"},
            {"email": SAM, "name": "Sam Ito", "role": "admin"},
        ],
        "posts": [
            {"email": MERE, "from": weeks_ago(60), "team": "North", "fte": "1"},
            {"email": TOM, "from": weeks_ago(60), "team": "North", "fte": "0.6", "days": "Mon-Tue 8, Thu 8"},
            {"email": SINA, "from": weeks_ago(30), "team": "South", "fte": "0.8", "duty": "yes"},
        ],
        "people": [
            {"ref": "0101", "name": "Jamie Leota", "team": "North", "phone": "021 555 0101", "called": "Jay"},
            {"ref": "0102", "name": "Ofa Ward", "team": "North", "family": "F01", "language": "Tongan"},
            {"ref": "0103", "name": "Sione Ward", "team": "North", "family": "F01"},
            {"ref": "0104", "name": "Isla Penney", "team": "North", "contact_how": "Text first, no voicemail"},
            {"ref": "0105", "name": "Hana Rewi", "team": "South", "contact_preference": "please_dont"},
            {"ref": "0106", "name": "Piripi Tane", "team": "South", "phone": "021 555 0106"},
        ],
        "tiers": [
            {"ref": "0101", "tier": "high", "from": weeks_ago(40)},
            {"ref": "0102", "tier": "medium", "from": weeks_ago(40)},
            {"ref": "0103", "tier": "medium", "from": weeks_ago(30)},
            {"ref": "0104", "tier": "medium", "from": weeks_ago(30)},
            {"ref": "0104", "tier": "parked", "from": weeks_ago(4), "talked": "yes", "reason": "Doing well"},
            {"ref": "0105", "tier": "group", "from": weeks_ago(20)},
            {"ref": "0106", "tier": "medium", "from": weeks_ago(2)},
        ],
        "allocations": [
            {"ref": "0101", "email": MERE, "from": weeks_ago(40)},
            {"ref": "0102", "email": TOM, "from": weeks_ago(40), "until": weeks_ago(10)},
            {"ref": "0102", "email": MERE, "from": weeks_ago(10)},
            {"ref": "0103", "email": MERE, "from": weeks_ago(30)},
            {"ref": "0104", "email": TOM, "from": weeks_ago(30)},
            {"ref": "0105", "email": SINA, "from": weeks_ago(20)},
        ],
        "waiting": [
            {
                "ref": "0106",
                "referred_on": weeks_ago(2),
                "referred_by": "Community mental health team",
                "responsible": SINA,
                "action": "Meet them and say how long it will take",
                "by_when": weeks_ago(-1),
            }
        ],
        "activities": [
            {"ref": "0101", "kind": "court", "from": weeks_ago(6), "finished_on": weeks_ago(5)},
            {"ref": "0101", "kind": "court", "from": weeks_ago(2)},
        ],
        "responsibilities": [
            {"email": MERE, "kind": "group_work", "from": weeks_ago(30)},
            {"email": TOM, "kind": "mentoring", "from": weeks_ago(12), "quantity": "2"},
        ],
        "groups": [
            {
                "group": GROUP,
                "team": "South",
                "weekday": "friday",
                "time": "10:30",
                "minutes": "90",
                "from": weeks_ago(26),
            }
        ],
        "group_facilitators": [{"group": GROUP, "email": SINA, "from": weeks_ago(26)}],
        "group_members": [{"group": GROUP, "ref": "0105", "from": weeks_ago(20)}],
        "group_meetings": [
            {
                "group": GROUP,
                "on": weeks_ago(-2, 3),
                "usual_on": weeks_ago(-2, 4),
                "time": "10:30",
                "minutes": "90",
                "place": "Community hall",
                "by": SINA,
            }
        ],
        "group_sessions": [{**friday, "minutes": "90", "email": SINA, "facilitators": SINA}],
        "group_attendance": [{**friday, "ref": "0105", "came": "yes"}],
        "contacts": [
            {
                "ref": "0101",
                "email": MERE,
                "on": weeks_ago(1, 1),
                "minutes": "60",
                "channel": "in_person",
                "reached": "yes",
                "outcome": "support_wanted",
                "note": "Went for a walk and planned the week",
            },
            {"ref": "0101", "email": MERE, "on": weeks_ago(1, 3), "channel": "phone", "reached": "no"},
            {
                "ref": "0104",
                "email": TOM,
                "on": weeks_ago(2, 1),
                "minutes": "10",
                "channel": "text",
                "reached": "yes",
                "outcome": "no_support_needed",
            },
            {
                "ref": "0105",
                "email": SINA,
                "on": weeks_ago(1, 4),
                "minutes": "90",
                "channel": "group",
                "reached": "yes",
                "outcome": "other",
            },
        ],
        "closures": [{"date": weeks_ago(-8), "label": "Planning day"}],
        "absences": [
            {
                "email": TOM,
                "from": weeks_ago(9),
                "expected_back": weeks_ago(8),
                "back_on": weeks_ago(8),
                "planned": "yes",
                "kind": "annual leave",
            },
            {"email": ANA, "from": weeks_ago(-6), "expected_back": weeks_ago(-8), "planned": "yes"},
        ],
        "acting": [
            {
                "email": ANA,
                "absent_from": weeks_ago(-6),
                "team": "South",
                "acts": TOM,
                "from": weeks_ago(-6),
                "by": SAM,
            }
        ],
        "plan_rows": [{"row": "peer_space", "label": "Peer space", "part": "wellbeing", "in_use": "yes"}],
        "plans": [
            {"email": MERE, "week": str(week), "activity": activity, "hours": hours}
            for week in (1, 2, 3, 4)
            for activity, hours in (("supervision", "1"), ("peer_space", "1.5"), ("high_1_1", "12"))
        ],
        "records": [
            {
                "email": MERE,
                "month": f"{month:%Y-%m}",
                "total": "58.5",
                "stable": "15",
                "extras": "5",
                "cases": "33.5",
                "weight": "5",
                "fte": "1",
                "status": "agreed",
            }
        ],
    }
