"""Who waits for a worker, their referrals, and who asked not to be contacted."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from peerload.audit import actions as audit
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff.models import Team
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from .. import described
from ..actions import add_person, agree_to_choice
from ..models import Client, Referral
from ..queries.people import family_codes
from ..views.base import PersonAction, changes, leads
from ..views.came_from import list_label, list_url, remember_list
from ..views.people import WhoPage, says_new_family
from . import actions, forms, queries


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def waiting(request: access.MemberRequest) -> HttpResponse:
    """Show everyone who waits in the teams a member leads, and those the member is responsible for."""
    member, on = request.member, request.on
    remember_list(request)
    teams = list(Team.objects.led_by(member, on).order_by("name", "pk"))
    chosen = _team_asked(request, teams)
    asked = {"team_ids": [team.pk for team in [chosen] if team] or [team.pk for team in teams]}
    rows = queries.waiting(request.organisation, on, today=on, owner=None if chosen else member, **asked)
    choices = queries.asked_not(member, on)
    audit.listed(request, "waiting", len(rows) + len(choices))
    waits = [row.wait for row in rows]
    context = {
        "on": on,
        "rows": [(row, row.wait, row.wait.days(on), row.wait.days_late(on)) for row in rows],
        "late": sum(wait.days_late(on) > 0 for wait in waits),
        "forgotten": sum(wait.forgotten for wait in waits),
        "statutory": sum(wait.statutory for wait in waits),
        "teams": teams,
        "chosen": chosen,
        "choices": choices,
        "leads": access.leads(member),
    }
    return render(request, "caseload/waiting/waiting.html", context)


def _team_asked(request: access.MemberRequest, teams: list[Team]) -> Team | None:
    asked = request.GET.get("team")
    if not asked:
        return None
    found = next((team for team in teams if str(team.pk) == asked), None)
    if found is None:
        raise Http404
    return found


class NewPerson(WhoPage):
    """A form of a new person, waiting for a worker; the team manager is responsible unless another member is chosen."""

    form_class = forms.NewPersonForm
    title = gettext_lazy("Add a person")
    lead = gettext_lazy("Write down only what you need to contact them safely. You choose their worker next.")
    anyway = gettext_lazy("Add a new record all the same")
    person: Client | None = None

    @property
    def back(self) -> tuple[str, str]:
        return list_url(self.request), list_label(self.request)

    def form_arguments(self) -> dict[str, Any]:
        member = self.request.member
        teams = self.teams()
        if not teams:
            raise Http404
        return {
            "teams": teams,
            "owners": queries.may_see_to_any(teams, self.on),
            "families": family_codes(member, self.on),
            "initial": {"team": teams[0], "owner": (teams[0].manager or member).uid, "referred_on": self.on},
        }

    def teams(self) -> list[Team]:
        """Return the teams in which the person may wait."""
        return list(Team.objects.led_by(self.request.member, self.on).select_related("manager").order_by("name"))

    def act(self, data: dict[str, Any]) -> str:
        new_family = says_new_family(self.request.organisation, data["family"])
        who = {"organisation": self.request.organisation, "by": self.request.member, "on": self.on}
        self.person = add_person(**who, fields=self.filled.values(), referral=self.filled.referral())
        words = _("%(person)s is added, and waits for a worker. %(new_family)s")
        return (words % {"person": self.person.name, "new_family": new_family}).strip()

    def success_url(self) -> str:
        return self.person.get_absolute_url()


@access.requires(Capability.LEAD_TEAM)
@concurrency.creates
class PersonAdd(NewPerson):
    """Add a person to a team one leads."""


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.waiting)
class WaitingEdit(PersonAction):
    """Edit a waiting person's referral; for those who lead their team, and for the member responsible."""

    form_class = forms.ReferralForm
    title = gettext_lazy("Waiting for a worker")
    heading = gettext_lazy("{name} waits for a worker")
    lead = gettext_lazy(
        "Say who is responsible, what is to be done, and by when. Waiting ends by itself once a worker supports {name}."
    )
    save = gettext_lazy("Save")

    def dispatch(self, request: access.MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = self.standing is not None and self.standing.owner_id == request.member.pk
        if not own and not leads(request.member, self.person, self.on):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def standing(self) -> Referral | None:
        return queries.standing(self.person)

    def form(self, data: QueryDict | None = None) -> forms.ReferralForm:
        referral = self.standing
        initial = forms.referral_initial(referral, self.on)
        owners = queries.may_see_to(self.person.team, self.on)
        if referral and referral.owner and referral.owner not in owners:
            owners.append(referral.owner)
        return forms.ReferralForm(data, on=self.on, person=self.person, owners=owners, initial=initial)

    def act(self, data: dict[str, Any]) -> str:
        actions.write_down(**self.who, version=queries.version_of(self.standing), fields=data)
        return _("What there is to do for %(person)s is saved.") % {"person": self.person.name}

    def success_url(self) -> str:
        return reverse("waiting")


@access.requires(Capability.LEAD_TEAM)
@changes(described.waiting)
class OtherTeam(PersonAction):
    """Move a waiting person to another team, after which the team manager does not see them any more."""

    title = gettext_lazy("Another team")
    heading = gettext_lazy("{name} waits in another team")
    lead = gettext_lazy(
        "The manager of that team is told, without the name, and becomes responsible. Your team no longer sees {name}. "
        "What is written down goes along."
    )
    save = gettext_lazy("Pass on")
    leaders_only = True

    def form(self, data: QueryDict | None = None) -> forms.OtherTeamForm:
        teams = queries.teams_besides(self.person.organisation_id, self.person.team_id)
        return forms.OtherTeamForm(data, on=self.on, person=self.person, teams=teams)

    def act(self, data: dict[str, Any]) -> str:
        actions.go_to_team(**self.who, **data)
        return _("%(person)s waits in %(team)s now.") % {"person": self.person.name, "team": data["team"].name}

    def success_url(self) -> str:
        return reverse("waiting")


@access.requires(Capability.LEAD_TEAM)
@changes(described.support)
class ReturnToWaiting(PersonAction):
    """Let a person wait while no worker can support them, with the terms of waiting (A04, R78)."""

    form_class = forms.ReturnToWaitingForm
    title = gettext_lazy("Put back on the waiting list")
    heading = gettext_lazy("{name} waits for a worker")
    lead = gettext_lazy(
        "No worker has room for {name} now. From that day they are on the waiting list. "
        "You can allocate them from there on any day."
    )
    save = gettext_lazy("Put on the waiting list")
    leaders_only = True

    def form_arguments(self) -> dict[str, Any]:
        owners = queries.may_see_to(self.person.team, self.on)
        return {"owners": owners, "initial": {"on": self.on, "owner": self.request.member.uid}}

    def act(self, data: dict[str, Any]) -> str:
        on = data["on"]
        actions.return_to_waiting(
            waits={self.person.pk: self.filled.wait_terms()},
            on=on,
            by=self.request.member,
            today=self.on,
            purpose=_("waits again"),
        )
        return _("%(person)s waits for a worker from %(day)s on.") % {"person": self.person.name, "day": format_day(on)}


@access.requires(Capability.LEAD_TEAM)
@changes(described.wish)
class AgreeToChoice(PersonAction):
    """Agree, as team manager, that a person is not contacted, as they asked (R57)."""

    title = gettext_lazy("Please don’t contact me")
    heading = gettext_lazy("{name} asked not to be contacted")
    lead = gettext_lazy(
        "Reminders stopped at once. Agree that no one contacts {name}. They are welcome to get in touch themselves."
    )
    save = gettext_lazy("Agree")
    leaders_only = True

    def act(self, data: dict[str, Any]) -> str:
        agree_to_choice(**self.who)
        return _("No one contacts %(person)s, as they asked. You have agreed.") % {"person": self.person.name}

    def success_url(self) -> str:
        return reverse("waiting")


SHOWN = 100  # how many of the people in no team are shown at a time


@access.requires(Capability.IMPORT_SERVICE)
class InNoTeam(FormPage):
    """
    Give a team to people who have neither team nor worker, as an import may leave them. The page shows name and
    reference only.
    """

    template_name = "caseload/waiting/in_no_team.html"

    @cached_property
    def count(self) -> int:
        return queries.in_no_team(self.request.organisation.pk, self.on).count()

    def form(self, data: QueryDict | None = None) -> forms.InNoTeamForm:
        people = queries.first_in_no_team(self.request.organisation.pk, self.on, SHOWN)
        teams = queries.teams_besides(self.request.organisation.pk, None)
        return forms.InNoTeamForm(data, on=self.on, people=people, teams=teams)

    def act(self, data: dict[str, Any]) -> str:
        team, chosen = data["team"], [person.pk for person in data["people"]]
        given = actions.give_team(client_ids=chosen, team=team, by=self.request.member, today=self.on)
        words = ngettext("%(count)s person is in %(team)s now.", "%(count)s people are in %(team)s now.", given)
        return words % {"count": given, "team": team.name}

    def success_url(self) -> str:
        return reverse("in_no_team")

    def page(self, form: forms.InNoTeamForm, **more: Any) -> HttpResponse:
        audit.listed(self.request, "in_no_team", min(self.count, SHOWN))
        return super().page(form, **more)

    def context(self, form: forms.InNoTeamForm) -> dict[str, Any]:
        left = max(self.count - SHOWN, 0)
        return {"form": form, "count": self.count, "left": left, "back_url": reverse("settings")}
