"""What the ledger and the scheme owe somebody a line about."""

from caseload.actions import said
from peerload.notices import kinds
from peerload.notices.models import Notice

from .models import Scheme

POINTS_DIFFERED = "points_differed"
SCHEME_CHANGES = "scheme_changes"


def register() -> None:
    """Register the kinds; what was found stays true."""
    kinds.register(
        POINTS_DIFFERED,
        one="nightly check found points that differed from the facts; they were counted anew. Tell whoever runs peerload",
        many="nightly checks found points that differed from the facts; they were counted anew. Tell whoever runs peerload",
        still_true=lambda notices: {notice.pk for notice in notices},
    )
    kinds.register(
        SCHEME_CHANGES,
        one="change of what work weighs",
        many="changes of what work weighs",
        still_true=still_published,
        each=lambda notice: f"From {said(notice.anchor_on)} work weighs differently: your points say what changes",
    )


def still_published(notices: list[Notice]) -> set[int]:
    """Return those about versions of the scheme that are published and start on the same day."""
    about = {notice.pk: (int(notice.subject.partition(":")[2]), notice.anchor_on) for notice in notices}
    schemes = Scheme.objects.published().filter(pk__in={scheme_id for scheme_id, _ in about.values()})
    true = set(schemes.values_list("pk", "starts_on"))
    return {pk for pk, subject in about.items() if subject in true}
