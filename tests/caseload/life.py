"""
The life of a few people by the rules alone: what the product is held to, step by step.

Everything here is worked out anew from what was said and when, as a reader of the rules would with a pencil: who supports a
person, in what tier, which reminders stand. Of the product it uses nothing. A step that the rules do not allow raises `No`
and changes nothing.
"""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

DAY = timedelta(days=1)
SIX_WEEKS, WHOLE = timedelta(weeks=6), timedelta(weeks=24)  # P05, P06
LONGEST = timedelta(days=84)  # a whole contact was missed and the next was due too (R52)
WINDOW = timedelta(days=28)  # W05, R19
WELL, WANTED, OTHER = "no_support_needed", "support_wanted", "other"
ACTIVE = ("high", "medium", "group")


class No(Exception):
    """The rules do not allow it."""


@dataclass
class Tier:
    """The tier of a person from a day on, until the next."""

    name: str
    talked: bool = True
    automatic: bool = False


@dataclass
class Away:
    """Somebody is away from a day on, until they are back."""

    worker: str
    first: date
    before: date | None = None

    def on(self, day: date) -> bool:
        return self.first <= day and (self.before is None or day < self.before)


@dataclass
class UntilADay:
    """Somebody is with another worker until a day; a person decides whether they come back (A08)."""

    back_to: str
    until: date
    away: Away | None  # its end asks too, whatever the day

    def asked(self, on: date) -> bool:
        return self.until <= on or bool(self.away and self.away.before and self.away.before <= on)


@dataclass
class Covered:
    """Who covers a person from a day on, while their worker is away (A06)."""

    worker: str
    away: Away
    first: date
    before: date | None = None

    def on(self, day: date) -> bool:
        return self.first <= day and (self.before is None or day < self.before) and self.away.on(day)


@dataclass
class Held:
    """Who supports a person from a day on; closed, through that day."""

    worker: str
    first: date
    before: date | None = None
    decided: date | None = None
    closed: date | None = None
    automatic: bool = False
    moved: UntilADay | None = None  # as long as nobody has decided
    as_it_was: tuple[date | None, date | None] = (None, None)  # decided and before, until it was closed

    def on(self, day: date) -> bool:
        return self.first <= day and (self.before is None or day < self.before)

    def close(self, day: date, *, automatic: bool = False) -> None:
        self.as_it_was, self.automatic = (self.decided, self.before), automatic
        self.decided = min(self.decided or day, day)
        self.closed, self.before = day, day + DAY

    def reopen(self) -> None:
        (self.decided, self.before), self.closed = self.as_it_was, None


@dataclass
class Person:
    statutory: bool = False
    tiers: dict[date, Tier] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    covers: list[Covered] = field(default_factory=list)
    reached: list[tuple[date, str]] = field(default_factory=list)
    said: set[tuple[str, date]] = field(default_factory=set)
    kept: bool = False  # a person decides until the next parking (R54)

    def since(self, on: date) -> date | None:
        return max((day for day in self.tiers if day <= on), default=None)

    def tier(self, on: date) -> str | None:
        return self.tiers[self.since(on)].name if self.since(on) else None

    def holder(self, on: date) -> Held | None:
        return next((held for held in self.held if held.on(on)), None)

    def open(self, on: date) -> Held | None:
        held = self.holder(on)
        return held if held and not held.closed else None

    def planned(self, on: date) -> list[Held]:
        return [held for held in self.held if held.first > on]

    def supporters(self, on: date) -> list[str]:
        """The worker who supports them, then those who are to."""
        return [held.worker for held in [self.open(on), *sorted(self.planned(on), key=lambda held: held.first)] if held]

    def cover(self, on: date) -> Covered | None:
        held = self.holder(on)
        return next(
            (cover for cover in self.covers if cover.on(on) and held and held.worker == cover.away.worker), None
        )

    def moved(self, on: date) -> UntilADay | None:
        """Where they are until a day, as long as they are there and promised to nobody."""
        held = self.open(on)
        return held.moved if held and not self.planned(on) else None

    def become(self, tier: str, on: date, **how) -> None:
        """Nobody is two things on a day: what began that day is replaced."""
        self.tiers[on] = Tier(tier, **how)
        if tier == "parked":
            self.kept = False

    def forget_plans(self, on: date) -> None:
        self.tiers = {day: tier for day, tier in self.tiers.items() if day <= on}
        self.held = [held for held in self.held if held.first <= on]
        for held in self.held:
            if held.before and held.before > on and not held.closed:
                held.before = None  # they would have gone to somebody who was planned

    # Keeping in touch -------------------------------------------------------------------------------------------------

    def parked(self, on: date) -> date | None:
        return self.since(on) if self.tier(on) == "parked" else None

    def after_parking(self, on: date) -> list[tuple[date, str]]:
        return sorted((day, said) for day, said in self.reached if self.parked(on) < day <= on)

    def six_weeks_from(self, on: date) -> date | None:
        """The last contact, else the day of parking or, if that was not talked about, the contact before it (R50)."""
        if not (parked := self.parked(on)):
            return None
        if after := self.after_parking(on):
            return after[-1][0]
        before = [day for day, _ in self.reached if day < parked]
        return parked if self.tiers[parked].talked or not before else max(before)

    def well_days(self, on: date) -> int:
        return len({day for day, said in self.after_parking(on) if said == WELL})

    def wanted(self, on: date) -> bool:
        return any(said == WANTED for _, said in self.after_parking(on))

    def gaps(self, on: date) -> list[timedelta]:
        """Between one contact and the next since parking, the open gap last."""
        days = [self.parked(on), *sorted({day for day, _ in self.after_parking(on)}), on]
        return [later - earlier for earlier, later in zip(days, days[1:], strict=False)]

    def shown_to_be_well(self, on: date) -> date | None:
        """The day since the last contact on which 24 weeks had shown that no support is needed (R52-R54), None so far."""
        if not (parked := self.parked(on)) or self.kept or self.wanted(on):
            return None
        last = max((day for day, _ in self.after_parking(on)), default=parked)
        day = max(parked + WHOLE, last)
        late = day > self.six_weeks_from(on) + SIX_WEEKS
        if day > on or late or self.well_days(on) < 4 or max(self.gaps(day)) > LONGEST:
            return None
        return day

    def stage(self, on: date) -> str | None:
        over = on - (self.six_weeks_from(on) + SIX_WEEKS)
        stages = (("raised", 7), ("overdue", 1), ("due", 0), ("soon", -7))  # R61
        return next((stage for stage, days in stages if over.days >= days), None)

    def to_review(self, on: date) -> bool:
        return on >= self.parked(on) + WHOLE and max(self.gaps(on)) > LONGEST

    def standing(self, on: date) -> set[str]:
        """What has been said of the person and is still so (4E); a person whose support is closed is never prompted about."""
        if (held := self.holder(on)) and held.closed:
            return set()
        true = {stage: self.six_weeks_from(on) for stage in ("soon", "due", "overdue", "raised")}
        true["review"] = self.parked(on)
        true["window"] = held.decided if (held := self.open(on)) else None
        return {kind for kind, anchor in self.said if anchor and true[kind] == anchor}


@dataclass
class Merge:
    """Two records became one, with what stood on the one that goes on in the other."""

    kept: str
    absorbed: str
    before: Person
    reached: list[tuple[date, str]]
    statutory: bool  # whether the record that goes on had the status by itself


class Life:
    """A few people, the workers of a team, and the day it is."""

    def __init__(self, today: date, leader: str):
        self.today = today
        self.leader = leader
        self.people: dict[str, Person] = {}
        self.away: dict[str, Away] = {}
        self.absences: list[Away] = []
        self.merges: list[Merge] = []
        self.two: list[set[str]] = []  # of whom it was said that they are two

    # Who supports whom ------------------------------------------------------------------------------------------------

    def add(self, who: str, *, statutory: bool) -> None:
        self.people[who] = Person(statutory)

    def allocate(self, who: str, worker: str, *, tier: str | None, ahead: int = 0) -> None:
        person, on = self.people[who], self.today + ahead * DAY
        if person.holder(on) or person.planned(on):
            raise No("somebody supports them, or will")
        if tier is None and person.tier(on) in {None, "inactive"}:
            raise No("a person who is supported has a tier")
        if tier and tier != person.tier(on):
            person.become(tier, on)
        person.held.append(Held(worker, on))

    def hand_over(self, who: str, worker: str, *, ahead: int = 0) -> None:
        self._may_give(who, worker, self.today + ahead * DAY)
        self._give(who, worker, self.today + ahead * DAY)

    def hand_over_many(self, given: dict[str, str], giver: str) -> None:
        """All of them or nobody."""
        for who, worker in given.items():
            held = self.people[who].open(self.today)
            if held is None or held.worker != giver:
                raise No("not the giver's")
            self._may_give(who, worker, self.today)
        for who, worker in given.items():
            self._give(who, worker, self.today)

    def _may_give(self, who: str, worker: str, on: date) -> None:
        held = self.people[who].open(on)
        if held is None or held.worker == worker or self.people[who].planned(on):
            raise No("nobody gives them, they are the worker's, or they are promised")

    def _give(self, who: str, worker: str, on: date) -> None:
        person = self.people[who]
        held = person.open(on)
        held.before = on
        if held.first == on:
            person.held.remove(held)  # never held a day
        person.held.append(Held(worker, on))

    def decide_to_close(self, who: str) -> None:
        held = self.people[who].open(self.today)
        if held is None or held.decided:
            raise No("nobody supports them, or it is decided")
        held.decided = self.today

    def withdraw(self, who: str) -> None:
        held = self.people[who].open(self.today)
        if held is None or held.decided is None:
            raise No("nothing is decided")
        held.decided = None

    def close(self, who: str) -> None:
        """The worker holds them through today; not in touch from tomorrow."""
        person = self.people[who]
        held = person.open(self.today)
        if held is None:
            raise No("nobody supports them")
        person.forget_plans(self.today)
        if person.tier(self.today) != "inactive":
            person.become("inactive", self.today + DAY)
        held.close(self.today)

    # Away -------------------------------------------------------------------------------------------------------------

    def supported_by(self, worker: str) -> list[str]:
        held = {name: person.open(self.today) for name, person in self.people.items()}
        return [name for name, held in held.items() if held and held.worker == worker]

    def elsewhere(self) -> list[str]:
        """Who is with another worker until a day."""
        return [name for name, person in self.people.items() if person.moved(self.today)]

    def goes_away(self, worker: str) -> None:
        if worker in self.away:
            raise No("away already")
        self.away[worker] = Away(worker, self.today)
        self.absences.append(self.away[worker])

    def is_back(self, worker: str) -> None:
        self.away.pop(worker).before = self.today

    def cover(self, given: dict[str, str | None], absent: str) -> None:
        """All of them or nobody. The person, and the points, stay with the absent worker (A06)."""
        for who, worker in given.items():
            held = self.people[who].open(self.today)
            if held is None or held.worker != absent:
                raise No("not theirs")
            if worker in self.away:
                raise No("away themselves")
        for who, worker in given.items():
            person = self.people[who]
            person.covers = [cover for cover in person.covers if cover.first < self.today]
            for cover in person.covers:
                cover.before = min(cover.before or self.today, self.today)
            if worker:
                person.covers.append(Covered(worker, self.away[absent], self.today))

    def move(self, given: dict[str, str], absent: str, *, weeks: int | None) -> None:
        """Hand over, for good or until a day; who was moved just so is passed by: nobody is moved twice."""
        until = self.today + timedelta(weeks=weeks) if weeks else None
        moving = {}
        for who, worker in given.items():
            held = self.people[who].open(self.today)
            if held and held.worker == worker and held.first == self.today:
                if (held.moved.until if held.moved else None) == until:
                    continue
            if held is None or held.worker != absent:
                raise No("not theirs")
            self._may_give(who, worker, self.today)
            moving[who] = worker
        for who, worker in moving.items():
            held = self.people[who].open(self.today)
            first = held.moved if held.first == self.today else None  # came today, from whom they go back to
            self._give(who, worker, self.today)
            if until:
                back = (first.back_to, until, first.away) if first else (absent, until, self.away[absent])
                if back[0] != worker:  # who is with the worker they would go back to has come back
                    self.people[who].open(self.today).moved = UntilADay(*back)

    def come_back(self, who: str) -> None:
        """They are handed over like anybody; then it is asked again what was asked there before (decision 20)."""
        person = self.people[who]
        back_to = person.moved(self.today).back_to
        if back_to in self.away:
            raise No("still away")
        before = [held for held in person.held if held.worker == back_to]
        person.open(self.today).moved = None
        self._give(who, back_to, self.today)
        if before and (again := max(before, key=lambda held: held.first).moved):
            person.open(self.today).moved = replace(again)

    def stay(self, who: str) -> None:
        self.people[who].open(self.today).moved = None

    def ask_again(self, who: str, *, weeks: int) -> None:
        moved = self.people[who].moved(self.today)
        if moved.away and moved.away.before and moved.away.before <= self.today:
            moved.away = None
        moved.until = self.today + timedelta(weeks=weeks)

    def reminded(self, person: Person) -> str | None:
        """Who is responsible for a person today: the worker, or the worker who covers; None if there is neither."""
        held, cover = person.holder(self.today), person.cover(self.today)
        here = [each.worker for each in (held, cover) if each and each.worker not in self.away]
        return here[0] if here else None

    def left_alone(self) -> dict[str, tuple[int, int, int]]:
        """For each who is away with people nobody is responsible for: people, those without anybody, of these statutory."""
        found = {}
        for worker in self.away:
            theirs = [self.people[name] for name in self.supported_by(worker)]
            theirs = [person for person in theirs if person.tier(self.today) != "inactive"]
            alone = [person for person in theirs if self.reminded(person) is None]
            if alone:
                found[worker] = (len(theirs), len(alone), sum(person.statutory for person in alone))
        return found

    def statutory_alone(self) -> set[str]:
        """The people nobody is responsible for; nobody is called to them on the day their support is closed."""
        found = {name for name, person in self.people.items() if person.statutory and self.reminded(person) is None}
        return {
            name
            for name in found
            if self.people[name].tier(self.today) != "inactive"
            and not ((held := self.people[name].holder(self.today)) and held.closed)
        }

    # Entered twice ----------------------------------------------------------------------------------------------------

    def goes_on_in(self, who: str) -> str | None:
        return next((merge.kept for merge in self.merges if merge.absorbed == who), None)

    def merge(self, kept: str, absorbed: str, *, worker: str | None) -> None:
        """The kept record stays as it is, with the contacts of both; the other is not in touch (R63)."""
        stays, goes, on = self.people[kept], self.people[absorbed], self.today
        if self.goes_on_in(kept) or self.goes_on_in(absorbed) or {kept, absorbed} in self.two:
            raise No("one already, or two for good")
        theirs, others = stays.supporters(on), goes.supporters(on)
        if others and not theirs:
            raise No("the one who is supported stays")
        if others and others[0] != theirs[0] and worker != theirs[0]:
            raise No("who goes on has to be said")
        if not theirs and not others and stays.tier(on) == "inactive" and goes.tier(on) != "inactive":
            raise No("the one who waits stays")
        as_it_was = deepcopy(goes, {id(away): away for away in self.absences})
        self.merges.append(Merge(kept, absorbed, as_it_was, goes.reached, stays.statutory))
        stays.statutory = stays.statutory or goes.statutory  # it holds whichever record says so
        stays.reached, goes.reached = stays.reached + goes.reached, []
        goes.forget_plans(on)
        if goes.tier(on) != "inactive":
            goes.become("inactive", on)
        if held := goes.open(on):
            held.close(on)

    def take_apart(self, who: str) -> None:
        """The very record stands again; what was written since stays where it is."""
        merge = next((each for each in reversed(self.merges) if who in (each.kept, each.absorbed)), None)
        if merge is None or self.goes_on_in(merge.kept):
            raise No("two already, or one in a third")
        self.merges.remove(merge)
        self.two.append({merge.kept, merge.absorbed})
        self.people[merge.kept].statutory = merge.statutory
        for said in merge.reached:
            self.people[merge.kept].reached.remove(said)
        merge.before.said |= self.people[merge.absorbed].said
        self.people[merge.absorbed] = merge.before

    # Tiers ------------------------------------------------------------------------------------------------------------

    def change_tier(self, who: str, tier: str) -> None:
        person = self.people[who]
        if person.tier(self.today) in {tier, "inactive"}:
            raise No("they have it, or have to come back first")
        person.become(tier, self.today)

    def keep_in_touch(self, who: str, *, talked: bool) -> None:
        person = self.people[who]
        if person.tier(self.today) not in ACTIVE:
            raise No("no support that could turn into keeping in touch")
        person.become("parked", self.today, talked=talked)

    def support_again(self, who: str, tier: str, worker: str | None) -> None:
        """
        From keeping in touch with the same worker (R55); back from not in touch as a new allocation (R56).

        On the day of closing it takes the closing back.
        """
        person = self.people[who]
        before, held = person.tier(self.today), person.holder(self.today)
        closed = held is not None and held.closed is not None
        if before not in {"parked", "inactive"} and not closed:
            raise No("they are supported")
        if before == "inactive" and not held and (worker is None or person.planned(self.today)):
            raise No("somebody has to support them, and one at a time")
        if closed and (after := person.tiers.get(self.today + DAY)) and after.name == "inactive":
            del person.tiers[self.today + DAY]
        if before != tier:
            person.become(tier, self.today)
        if closed:
            held.reopen()
        elif before == "inactive" and not held:
            person.held.append(Held(worker, self.today))

    def decide_not_in_touch(self, who: str, *, own_wish: bool) -> None:
        """After 24 weeks of keeping in touch, or at once at their own wish (R52, R57); of a person who comes back, any day."""
        person = self.people[who]
        tier, parked = person.tier(self.today), person.parked(self.today)
        if tier == "inactive" and not person.planned(self.today):
            raise No("they are not in touch")
        if not own_wish and (tier in ACTIVE or parked and self.today < parked + WHOLE):
            raise No("too early")
        person.forget_plans(self.today)
        person.become("inactive", self.today)
        if held := person.open(self.today):
            held.close(self.today)

    def undo_not_in_touch(self, who: str) -> None:
        """The very tier and allocation stand again; a person decides until the next parking (R54)."""
        person = self.people[who]
        since = person.since(self.today)
        if since is None or not person.tiers[since].automatic:
            raise No("the timetable did not end this")
        self._restore(person, since)
        person.kept = True

    def _restore(self, person: Person, since: date) -> None:
        del person.tiers[since]
        ended = [held for held in person.held if held.closed and held.automatic]
        if ended:
            ended[-1].reopen()

    # Contacts ---------------------------------------------------------------------------------------------------------

    def log(self, who: str, *, outcome: str | None, ago: int = 0, tier: str | None = None) -> None:
        """An attempt has no outcome and moves nothing (R51); support wanted is never refused (R55)."""
        person, on = self.people[who], self.today - ago * DAY
        if ago < 0:
            raise No("that day has not come")
        if outcome is None:
            return
        person.reached.append((on, outcome))
        if outcome != WANTED:
            return
        ended = max((day for day, said in person.tiers.items() if said.automatic), default=None)
        if ended and on <= ended == max(person.tiers) and person.tier(on) in {"parked", "inactive"}:
            self._restore(person, ended)  # the contact wins: the timetable would not have ended anything
        if person.tier(on) == "parked" and person.since(on) == person.since(self.today):
            before = [person.tiers[day].name for day in sorted(person.tiers) if day <= on]
            last = next((name for name in reversed(before) if name in ACTIVE), "medium")
            person.become(tier or last, on)

    # Time -------------------------------------------------------------------------------------------------------------

    def told(self, person: Person) -> dict[str, set[str]]:
        """Who is told of each thing that stands: the worker responsible, else the manager; and those it is raised to."""
        sees = {self.reminded(person) or self.leader}
        to = {"review": {self.leader}, "raised": sees | {self.leader}, "window": sees | {self.leader}}
        return {kind: to.get(kind, sees) for kind in person.standing(self.today)}

    def sweep(self) -> None:
        for person in self.people.values():
            self._sweep(person, self.today)

    def _sweep(self, person: Person, on: date) -> None:
        if day := person.shown_to_be_well(on):
            person.become("inactive", day, automatic=True)
            if held := person.open(on):
                held.close(max(day, held.first, held.decided or day), automatic=True)
        held = person.holder(on)
        if person.parked(on) and not person.wanted(on) and not (held and held.closed):
            if stage := person.stage(on):
                person.said.add((stage, person.six_weeks_from(on)))
            if person.to_review(on):
                person.said.add(("review", person.parked(on)))
        if held and not held.closed and held.decided and on > held.decided + WINDOW and person.tier(on) != "inactive":
            person.said.add(("window", held.decided))
