"""What is done with guides and their templates; one transaction each."""

from peerload.staff.actions import EditedMeanwhile

from .filling import (
    EndDayMissing,
    NotForThem,
    NotShared,
    NotYourPart,
    OtherHasWritten,
    PeriodBackwards,
    ReaderNotLeader,
    Signed,
    StillLacking,
    begin,
    edition_of,
    lock_service,
    remove,
    share,
    sign,
    take_back,
    write,
)
from .steps import (
    NotAnOwner,
    StepChanged,
    add_step,
    extend,
    put_away,
    put_away_first,
    remove_step,
    sweep,
    tick_step,
)
from .templates import CannotBeChanged, NothingToPublish, add_template, offer, publish, save_draft
