"""The list of people, and who a person is."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from peerload.audit import actions as audit
from peerload.staff import access
from peerload.staff.actions import Refused
from peerload.staff.models import Organisation
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from .. import actions, described
from ..duplicates import queries as duplicates
from ..filters import PeopleFilter
from ..forms.person import PersonForm, person_initial
from ..models import Client
from ..queries.people import family_codes, family_of_code, people_list
from ..tables import PeopleTable
from .base import PersonAction, changes
from .came_from import just_logged, remember_list

ANYWAY = "anyway"  # the button that answers no when asked whether it is one of these


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def people(request: access.MemberRequest) -> HttpResponse:
    """Show the people a member may see: to filter, search, sort and turn pages."""
    member, on = request.member, request.on
    remember_list(request)
    found = PeopleFilter(request.GET, people_list(member, on), request=request)
    before = cache(lambda: actions.past_window_before(request.organisation.pk, on))
    table = PeopleTable(found.qs, request=request, decided_before=before, with_workers=access.leads(member))
    RequestConfig(request, paginate={"per_page": 25, "silent": True}).configure(table)
    audit.listed(request, "people", len(table.page))
    organisation = request.organisation
    context = {
        "table": table,
        "noun": organisation.person_noun if table.paginator.count == 1 else organisation.people_noun,
        "filter": found,
        "on": on,
        "leads": access.leads(member),
        "just_logged": just_logged(request),
        "narrowed": found.is_narrowed,
        "unfolded": found.is_chosen or bool(request.GET.get("sort")),
    }
    return render(request, "caseload/people.html", context)


def is_it_one_of_these(
    request: access.MemberRequest, data: dict, person: Client | None = None
) -> list[duplicates.Alike]:
    """
    Return similar records the member may see, unless they have answered that it is none of them.

    :param person: whose record is changed; asked only if name or phone are others then
    """
    if ANYWAY in request.POST:
        return []
    typed = duplicates.typed(data["name"], data["phone"])
    if person and typed == duplicates.keys_of(person):
        return []
    found = duplicates.alike(request.member, request.on, typed, besides=person)
    if found:
        audit.listed(request, "alike", len(found))
    return found


def says_new_family(organisation: Organisation, code: str) -> str:
    """Say that a family's code is new; say nothing about a known one."""
    if not code or family_of_code(organisation, code):
        return ""
    return _("The family %(code)s is new. No one else has this code yet.") % {"code": code}


class WhoPage(FormPage):
    """A form with a person's details; it asks first whether the person has a record already."""

    template_name = "caseload/who.html"
    save = gettext_lazy("Save")
    anyway: str
    person: Client | None  # the person whose record it is; None for a new one
    alike = ()

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        self.alike = is_it_one_of_these(request, form.cleaned_data, self.person) if form.is_valid() else ()
        return self.invalid(form) if self.alike else super().post(request, **kwargs)

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        form.add_error("ref", str(refusal))
        return self.invalid(form)

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"alike": self.alike, "anyway": self.anyway}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.contact_details)
class PersonEdit(WhoPage, PersonAction):
    form_class = PersonForm
    title = gettext_lazy("Contact and personal details")
    heading = gettext_lazy("Contact and personal details of {name}")
    anyway = gettext_lazy("Save all the same")

    def form_arguments(self) -> dict[str, Any]:
        return {"families": family_codes(self.request.member, self.on), "initial": person_initial(self.person)}

    def act(self, data: dict[str, Any]) -> str:
        fields = data | {"ref": data["ref"] or self.person.ref}
        new_family = says_new_family(self.request.organisation, fields["family"])
        actions.edit_person(**self.who, version=self.person.version, fields=fields)
        return (_("Saved. %(new_family)s") % {"new_family": new_family}).strip()
