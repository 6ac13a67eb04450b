"""
The fixed texts of PDFs, for translation. The templates lay the texts out and fill in the braces.

A template takes a text by its name here, such as ``texts.peak``, and fills it by ``fill(texts.peak_on, ...)``.
"""

from django.utils.translation import gettext_lazy as _

EITHER = {
    "printed": _("printed on {day} by {name}"),
    "page": _("1 of 1"),  # typst puts the page and the number of pages in place of the figures
    "not_agreed_yet": _("Not agreed yet. Signature and day"),
    "action": _("Action"),
    "who_does_it": _("Who does it"),
    "by_when": _("By"),
    "reason": _("Reason"),
    "what": _("What"),
    "total": _("Total"),
    "supervision": _("Supervision"),
    "away": _("Away"),
}

RECORD = {
    "title": _("Workload record, {month}"),
    "as_at": _("as at {day}: {status}."),
    "team_as_at": _("{team}, as at {day}: {status}."),
    "points": _("points"),
    "of_points": _("of {limit} points"),
    "bounds": _("Little room from {mark}, limit {limit}. Points are not hours."),
    "bounds_at_fte": _("Little room from {mark}, limit {limit} at {fte} FTE. Points are not hours."),
    "peak": _("The month’s peak"),
    "peak_on": _("{peak}, on {day}"),
    "flag": _("What it asks for"),
    "scheme": _("Scheme"),
    "held_on": _("held on {day}"),
    "not_held": _("not held this month"),
    "next_supervision": _("Next supervision"),
    "in_their_words": _("In the worker’s words"),
    "enough": _("Enough, too much, too little?"),
    "would_help": _("What would help"),
    "made_of": _("What the {total} is made of"),
    "no_lines": _("The total was imported without its lines."),
    "days": _("Since when, until when"),
    "since": _("since {day}"),
    "through": _("through {day}"),
    "points_heading": _("Points"),
    "subtotal": _("Subtotal"),
    "weight": _("Workload weight"),
    "adjustment": _("Correction for {month}, beside the total"),
    "people_supported": _("People supported"),
    "support": _("Support"),
    "people": _("People"),
    "boundary": _("Boundary"),
    "boundary_is": _("The boundary is a guide, not a target."),
    "over": _("Over the limit: what is behind it, what will be done"),
    "causes": _("Behind it"),
    "state": _("State"),
    "open": _("open"),
    "done_on": _("done on {day}"),
    "agreed_by_two": _("Agreed by two"),
    "agreed_on": _("Agreed on {day}."),
    "agreed_on_total": _("Agreed on {day}, to {total} points."),
}

TEAM_REPORT = {
    "title": _("Team report, {month}"),
    "due": _("Due on {day}."),
    "sent_by": _("Sent on {day} by {name}."),
    "sent": _("Sent on {day}."),
    "not_sent_yet": _("Not sent yet."),
    "sign": _("Not sent yet. Signature and day"),
    "manager": _("manager"),
    "of_points": _("of {limit} points, {fte} FTE"),
    "of_points_percent": _("of {limit} points, {percent}%, {fte} FTE"),
    "note": _("Note"),
    "who_carried_what": _("Who carried what"),
    "decided": _("{points} decided"),
    "no": _("no"),
    "next": _("next {day}"),
    "no_workers": _("No one had a post in this team."),
    "worker": _("Worker"),
    "fte": _("FTE"),
    "stable": _("Stable"),
    "extra": _("Extra"),
    "cases": _("Cases"),
    "weight": _("Weight"),
    "limit": _("Limit"),
    "band": _("Band"),
    "record": _("Record"),
    "team": _("Team"),
    "sorted": _("Sorted by name, not by load. Points are not hours."),
    "decided_is": _(
        "“Decided”: another manager decided the total. It differs from the sum of its elements by this figure."
    ),
    "over": _("Over the limit: the reasons"),
    "missing": _("What is missing"),
    "who_must_act": _("Who must act"),
    "open_actions": _("Actions still open"),
}
