"""What the ledger owes somebody a line about."""

from peerload.notices import kinds

POINTS_DIFFERED = "points_differed"


def register() -> None:
    """Register the kinds; what was found stays true."""
    kinds.register(
        POINTS_DIFFERED,
        one="nightly check found points that differed from the facts; they were counted anew. Tell whoever runs peerload",
        many="nightly checks found points that differed from the facts; they were counted anew. Tell whoever runs peerload",
        still_true=lambda notices: {notice.pk for notice in notices},
    )
