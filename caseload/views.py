"""Pages about people that need nothing but people. Those that join points or the audit are in `peerload.home`."""

import uuid
from functools import cache, cached_property

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from peerload.audit import actions as audit
from peerload.core import clock
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff.concurrency import see_other
from peerload.staff.models import Member
from peerload.staff.roles import Capability

from . import actions, described, forms
from .duplicates import queries as merging
from .enums import Tier
from .filters import PeopleFilter
from .groups import queries as groups
from .models import Client, Contact
from .queries.people import family_codes, family_of_code, may_have_been, people_list, pick
from .queries.person import allocation_on, last_active_tier, last_worker, may_undo_not_in_touch, person_seen_by
from .queries.settings import cadence_of
from .tables import PeopleTable

ANYWAY = "anyway"  # the button that answers no when asked whether it is one of these


def find_person(request: access.MemberRequest, uid) -> Client:
    """Return a person the member may see; anybody else does not exist, nor does a record that goes on in another one."""
    person = person_seen_by(request.member, request.on, uid)
    if person is None or person.goes_on_in:
        raise Http404
    return person


def find_contact(request: access.MemberRequest, uid) -> Contact:
    """Return a contact of a person the member may see."""
    people = Client.objects.visible_to(request.member, request.on)
    return get_object_or_404(Contact.objects.filter(client__in=people).select_related("client"), uid=uid)


def changes(describe):
    """Guard a form about a person that was filled from one side of their record: `caseload.described` has the sides."""
    return concurrency.changes(find=find_person, describe=describe, seen=audit.opened)


def leads(member, person: Client) -> bool:
    """Return whether a member leads the team a person belongs to."""
    return person.team is not None and member.pk in {person.team.manager_id, person.team.deputy_id}


def search_words(request: access.MemberRequest) -> str:
    """Return what was typed into a search, without what the database could not take."""
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


# Where one came from ---------------------------------------------------------------------------------------------


def remember_list(request: access.MemberRequest) -> None:
    """Keep the list somebody looks at, with its filter, order and page; it is never part of another address."""
    if request.session.get("list") != request.get_full_path():
        request.session["list"] = request.get_full_path()


def list_url(request: access.MemberRequest) -> str:
    """Return the list somebody came from, as they left it."""
    return request.session.get("list") or reverse("people")


def list_label(request: access.MemberRequest) -> str:
    """Name the list somebody came from."""
    labels = {reverse("people"): "People", reverse("waiting"): "Waiting"}
    return next((label for url, label in labels.items() if list_url(request).startswith(url)), "My day")


def back_from(request: access.MemberRequest, person: Client) -> str:
    """Return where a form about a contact leads: to the person where it stood on their page, otherwise to the list."""
    return person.get_absolute_url() if request.POST.get("back") == "person" else list_url(request)


def remember_logged(request: access.MemberRequest, logged: actions.Logged) -> None:
    """Keep what was just logged, so that the next page offers to undo it."""
    request.session["logged"] = {"uid": str(logged.contact.uid), "back_to": logged.back_to}


def just_logged(request: access.MemberRequest, person: Client | None = None) -> Contact | None:
    """
    Return what the member logged last, for as long as it can be undone.

    :param person: only if it was with them
    """
    kept = request.session.get("logged")
    if not kept:
        return None
    since = clock.now() - actions.SECOND_THOUGHTS
    found = Contact.objects.standing().filter(uid=kept["uid"], author=request.member, recorded_at__gt=since)
    contact = found.select_related("client").first()
    if contact is None or (person and contact.client_id != person.pk):
        return None
    contact.back_to = kept["back_to"]
    return contact


# The list --------------------------------------------------------------------------------------------------------


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def people(request):
    """Show everybody a member may see: to filter, search, sort and turn pages."""
    member, on = request.member, request.on
    remember_list(request)
    found = PeopleFilter(request.GET, people_list(member, on), request=request)
    before = cache(lambda: actions.past_window_before(request.organisation.pk, on))
    shown = {"on": on, "organisation": request.organisation, "decided_before": before}
    table = PeopleTable(found.qs, with_workers=access.leads(member), **shown)
    RequestConfig(request, paginate={"per_page": 25, "silent": True}).configure(table)
    audit.listed(request, "people", len(table.page))
    context = {
        "table": table,
        "filter": found,
        "on": on,
        "leads": access.leads(member),
        "just_logged": just_logged(request),
        "narrowed": found.is_narrowed,
    }
    return render(request, "caseload/people.html", context)


# Contacts --------------------------------------------------------------------------------------------------------


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def log_pick(request):
    """Find the person a contact was with; then their form."""
    words = search_words(request)
    found = pick(request.member, request.on, words)
    if words or found:
        audit.listed(request, "log", len(found))
    template = "caseload/log_pick_rows.html" if request.htmx else "caseload/log_pick.html"
    context = {"found": found, "q": words, "on": request.on}
    if not request.htmx:
        context["groups"] = groups.facilitated_by(request.member, request.on)
    return render(request, template, context)


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def contact_token(request):
    """Give a page that kept its words a fresh token, and say who is signed in."""
    return JsonResponse({"token": get_token(request), "by": str(request.member.uid)})


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates(taps=lambda request: "answer" in request.POST, keeps_id=True)
def contact_log(request, uid):
    """Log a contact: the full form, and the four answers of a row."""
    person = find_person(request, uid)
    quick = "answer" in request.POST
    form = _contact_form(request, person, quick=quick)
    if request.method == "POST" and form.is_valid():
        try:
            logged = actions.log_contact(client_id=person.pk, by=request.member, today=request.on, **form.words())
        except actions.SaidDifferently as refusal:
            return _said_differently(request, person, form, refusal.contact)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            remember_logged(request, logged)
            return see_other(request, back_from(request, person))
    if quick:  # a tampered or outworn answer: the full form asks again
        messages.warning(request, "That answer could not be saved. Fill in the whole form below.")
        form = _contact_form(request, person, fresh=True)
    return _contact_page(request, person, form)


def _contact_form(request, person: Client, *, quick: bool = False, fresh: bool = False):
    if quick:
        return forms.QuickContactForm(request.POST, on=request.on, person=person)
    data = None if fresh or request.method != "POST" else request.POST
    return contact_form(person, request.on, data)


def contact_form(person: Client, on, data=None) -> forms.ContactForm:
    """Return the form of a contact, with an id of its own so that sending it twice is one contact."""
    last_tier = last_active_tier(person) if person.tier == Tier.PARKED else None
    initial = {"submission_id": uuid.uuid4(), "on": on}
    return forms.ContactForm(data, on=on, person=person, last_tier=last_tier, initial=initial)


def _contact_page(request, person: Client, form, *, status: int = 200, **more) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "on": request.on,
        "back": request.POST.get("back", ""),
        "back_url": person.get_absolute_url(),
        **more,
    }
    audit.opened(request, person)
    return render(request, "caseload/contact.html", context, status=status)


def _said_differently(request, person: Client, form, first: Contact) -> HttpResponse:
    """Show both texts: what was saved first, and what came with the same form later."""
    words = form.words()
    data = {
        **{name: "" if value is None else value for name, value in words.items()},
        "reached": "yes" if words["reached"] else "no",
        "submission_id": uuid.uuid4(),
    }
    again = contact_form(person, request.on, data)
    first = first if first.client_id == person.pk else None
    return _contact_page(request, person, again, status=409, said_differently=True, first=first)


@access.requires(Capability.SUPPORT_PEOPLE)
@require_POST
def contact_undo(request, uid):
    """Take back a contact just logged."""
    contact = find_contact(request, uid)
    try:
        actions.undo_contact(contact_id=contact.pk, by=request.member, now=clock.now())
    except actions.VoidedAlready:
        pass
    except actions.Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(back_from(request, contact.client))
    request.session.pop("logged", None)
    messages.success(request, f"The contact with {contact.client.name} is undone.")
    return redirect(back_from(request, contact.client))


class PersonAction(access.MemberView):
    """One plain form about a person; a refusal keeps what was typed."""

    form_class = forms.NoFieldsForm
    template_name = "caseload/person_form.html"
    heading = save = lead = ""
    title = "A person"
    leaders_only = False

    def dispatch(self, request, *args, **kwargs):
        if self.leaders_only and not leads(request.member, self.person):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> Client:
        return find_person(self.request, self.kwargs["uid"])

    @property
    def on(self):
        return self.request.on

    @property
    def who(self) -> dict:
        """What every action is told: the person, the member, and what day it is."""
        return {"client_id": self.person.pk, "by": self.request.member, "today": self.on}

    def form(self, data=None):
        return self.form_class(data, on=self.on, person=self.person, **self.form_arguments())

    def form_arguments(self) -> dict:
        return {}

    def get(self, request, **kwargs):
        return self.page(self.form())

    def post(self, request, **kwargs):
        form = self.form(request.POST)
        if form.is_valid():
            try:
                words = self.act(form.cleaned_data)
            except actions.Refused as refusal:
                return self.refused(form, refusal)
            messages.success(request, words)
            return redirect(self.success_url())
        return self.page(form)

    def act(self, data: dict) -> str:
        """Change something; return the sentence that says so."""
        raise NotImplementedError

    def refused(self, form, refusal):
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return self.page(form)

    def success_url(self) -> str:
        return self.person.get_absolute_url()

    def page(self, form, *, status: int = 200):
        context = {
            "form": form,
            "person": self.person,
            "title": self.title,
            "heading": self.heading.format(name=self.person.name),
            "lead": self.lead.format(name=self.person.short_name),
            "save": self.save,
            "on": self.on,
            "back_url": self.person.get_absolute_url(),
            "back_label": self.person.name,
            **self.more(),
        }
        audit.opened(self.request, self.person)
        return render(self.request, self.template_name, context, status=status)

    def more(self) -> dict:
        """What the page shows beside its form."""
        return {}


changes_contact = concurrency.changes(
    find=find_contact, describe=described.contact, seen=lambda request, contact: audit.opened(request, contact.client)
)


class ContactAction(PersonAction):
    """A form about one contact."""

    @cached_property
    def contact(self) -> Contact:
        return find_contact(self.request, self.kwargs["uid"])

    @cached_property
    def person(self) -> Client:
        return self.contact.client

    def more(self):
        return {"contact": self.contact}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes_contact
class ContactNote(ContactAction):
    form_class = forms.NoteForm
    title = "A note"
    heading = "Add a note"
    save = "Save the note"
    lead = "To the contact with {name} you have just logged."

    def form(self, data=None):
        contact = self.contact
        initial = {"note": contact.note, "minutes": contact.minutes, "channel": contact.channel}
        return forms.NoteForm(data, on=self.on, person=self.person, initial=initial)

    def act(self, data):
        actions.annotate_contact(contact_id=self.contact.pk, by=self.request.member, **data)
        return f"The note to the contact with {self.person.name} is saved."

    def success_url(self):
        return list_url(self.request)


@access.requires(Capability.SUPPORT_PEOPLE)
@changes_contact
class ContactVoid(ContactAction):
    form_class = forms.VoidForm
    template_name = "caseload/contact_void.html"
    title = "Correct a contact"
    heading = "Correct a contact"
    save = "Correct it"
    lead = "Say whether it is a mistake, or was about another person. The next due day is then worked out again."

    def form_arguments(self):
        return {"people": may_have_been(self.request.member, self.on, besides=self.person)}

    def act(self, data):
        what = {"contact_id": self.contact.pk, "by": self.request.member}
        if data["wrong"] == forms.VoidForm.SOMEBODY_ELSE:
            actions.move_contact(**what, to_id=data["whom"].pk, today=self.on)
            return f"The contact is moved to {data['whom'].name}."
        actions.void_contact(**what, reason=data["reason"], leave_out=data["leave_out"])
        return "The contact is removed from the count."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes_contact
class ContactWords(ContactAction):
    """The words of a contact that does not count are taken off the page."""

    template_name = "caseload/contact_void.html"
    title = "Delete the note"
    heading = "Delete the note of this entry"
    save = "Delete the note"
    lead = "No one can read the note on this page any more. The entry stays, with who removed it and why."

    def act(self, data):
        actions.leave_out_words(contact_id=self.contact.pk, by=self.request.member)
        return "The note is deleted."


# Who somebody is -------------------------------------------------------------------------------------------------


def is_it_one_of_these(request, data: dict, person: Client | None = None) -> list[merging.Alike]:
    """
    Return the records the member may see that are like what they typed, unless they have answered that it is none of them.

    :param person: whose record is changed; asked only if name or phone are others then
    """
    if ANYWAY in request.POST:
        return []
    typed = merging.typed(data["name"], data["phone"])
    if person and typed == merging.keys_of(person):
        return []
    found = merging.alike(request.member, request.on, typed, besides=person)
    if found:
        audit.listed(request, "alike", len(found))
    return found


def says_new_family(organisation, code: str) -> str:
    """Say of a family's code that nobody has it yet; nothing of one that somebody has."""
    if not code or family_of_code(organisation, code):
        return ""
    return f"The family {code} is new. No one else has this code yet."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.contact_details)
class PersonEdit(PersonAction):
    form_class = forms.PersonForm
    template_name = "caseload/person_edit.html"
    title = "Contact and personal details"
    heading = "Contact and personal details of {name}"
    save = "Save"
    alike = ()

    def form(self, data=None):
        families, initial = family_codes(self.request.member, self.on), forms.person_initial(self.person)
        return forms.PersonForm(data, on=self.on, person=self.person, families=families, initial=initial)

    def post(self, request, **kwargs):
        form = self.form(request.POST)
        self.alike = is_it_one_of_these(request, form.cleaned_data, self.person) if form.is_valid() else ()
        return self.page(form, status=422) if self.alike else super().post(request, **kwargs)

    def act(self, data):
        fields = dict(data)
        if not fields["ref"]:
            fields["ref"] = self.person.ref
        new_family = says_new_family(self.request.organisation, fields["family"])
        who = {"client_id": self.person.pk, "by": self.request.member, "version": self.person.version}
        actions.edit_person(**who, fields=fields)
        return f"Saved. {new_family}".strip()

    def refused(self, form, refusal):
        form.add_error("ref", str(refusal))
        return self.page(form)

    def more(self):
        return {"alike": self.alike, "anyway": "Save all the same"}


# Support ---------------------------------------------------------------------------------------------------------


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class ChangeTier(PersonAction):
    form_class = forms.ChangeTierForm
    title = "Change support"
    heading = "Change support"
    save = "Change the support"
    lead = "The tier describes the support {name} has now, not the person."

    def form(self, data=None):
        return forms.ChangeTierForm(data, on=self.on, person=self.person, initial={"tier": self.person.tier})

    def act(self, data):
        actions.change_tier(**self.who, **data)
        return f"{self.person.name} has {Tier(data['tier']).label} support from {format_day(data['on'])} on."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class KeepInTouch(PersonAction):
    form_class = forms.KeepInTouchForm
    title = "Keep in touch"
    heading = "Keep in touch with {name}"
    save = "Keep in touch"

    @property
    def lead(self):
        every = cadence_of(self.request.organisation)
        return (
            f"From that day a contact is due at least every {every.parked_weeks} weeks. "
            "Support can begin again on any day."
        )

    def act(self, data):
        actions.keep_in_touch(**self.who, **data)
        return f"You keep in touch with {self.person.name} from {format_day(data['on'])} on."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class LookAgain(PersonAction):
    form_class = forms.LookAgainForm
    template_name = "caseload/look_again.html"
    title = "Look at it again"
    heading = "Look again at the support of {name}"
    save = "Looked at it"
    lead = "Say whether the support of {name} did what it was for, and whether it is still right."

    @cached_property
    def allocation(self):
        return allocation_on(self.person, self.on)

    def form_arguments(self):
        return {"initial": {"was": self.allocation and self.allocation.review_on}}

    def act(self, data):
        actions.look_again(**self.who, **data)
        if data["review_on"]:
            return f"Saved. Look at it again on {format_day(data['review_on'])}."
        return "Saved. There is nothing more to look at."

    def more(self):
        return {"allocation": self.allocation}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class HoldByStudent(PersonAction):
    """Say that a student holds somebody, or the worker again: the page asks what is not so today, and its form says which."""

    form_class = forms.StudentForm
    save = "Save"

    @cached_property
    def allocation(self):
        return allocation_on(self.person, self.on)

    @property
    def student(self) -> bool:
        """Whether a student is to hold them: as the form that was sent says, else what is not so today."""
        asked = self.request.POST.get("student")
        return asked == "yes" if asked in {"yes", "no"} else not (self.allocation and self.allocation.student_held)

    def form_arguments(self):
        return {"initial": {"student": "yes" if self.student else "no"}}

    @property
    def title(self):
        return "Held by a student" if self.student else "Held by the worker again"

    @property
    def heading(self):
        return "{name}: held by a student" if self.student else "{name}: held by the worker again"

    @property
    def lead(self):
        if self.student:
            return (
                "The worker still sees {name} and stays responsible. From that day the worker gets no points for them."
            )
        return "From that day the worker gets points again, as for a new allocation."

    def act(self, data):
        held = actions.hold_by_student(**self.who, student=data["student"] == "yes", on=data["on"])
        holder = f"A student of {held.worker.name}" if held.student_held else held.worker.name
        return f"{holder} supports {self.person.name} from {format_day(data['on'])} on."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class DecideToClose(PersonAction):
    form_class = forms.DecideToCloseForm
    title = "Decide to close"
    heading = "Decide to close support for {name}"
    save = "Save the decision"

    @property
    def lead(self) -> str:
        days = actions.days_to_close(self.request.organisation.pk, self.on)
        return (
            f"The points count for {days} days from that day. That gives time to finish well. You can withdraw the "
            "decision."
        )

    def act(self, data):
        actions.decide_to_close(**self.who, **data)
        return f"The decision of {format_day(data['on'])} is saved."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class WithdrawDecision(PersonAction):
    form_class = forms.WithdrawForm
    title = "Withdraw the decision"
    heading = "Withdraw the decision to close"
    save = "Withdraw it"
    lead = "Support for {name} goes on as before. The history still shows the decision."

    def act(self, data):
        actions.withdraw_decision(**self.who, **data)
        return "The decision to close is withdrawn."


def moved_on_asked(action: PersonAction) -> dict:
    """Return the reason that a link chose beforehand, as a form takes it; the person who opens it may choose another."""
    return {"initial": {"moved_on": action.request.GET.get("why")}}


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class Close(PersonAction):
    form_class = forms.CloseForm
    form_arguments = moved_on_asked
    title = "Close"
    heading = "Close support for {name}"
    save = "Close"
    lead = "From the day after, {name} counts as not in touch. Nothing is deleted. They can come back any day."

    def act(self, data):
        actions.close(**self.who, **data)
        return f"Support for {self.person.name} is closed."

    def success_url(self):
        still_seen = Client.objects.visible_to(self.request.member, self.on).filter(pk=self.person.pk).exists()
        return self.person.get_absolute_url() if still_seen else list_url(self.request)


@access.requires(Capability.LEAD_TEAM)
@changes(described.support)
class DecideNotInTouch(PersonAction):
    form_class = forms.NotInTouchForm
    form_arguments = moved_on_asked
    title = "Not in touch now"
    heading = "{name}: not in touch now"
    save = "Decide"
    leaders_only = True

    @property
    def lead(self):
        weeks = cadence_of(self.request.organisation).inactive_weeks
        return (
            f"After {weeks} weeks of keeping in touch. At their own wish, or for another reason, you can decide this "
            "at once."
        )

    def act(self, data):
        actions.decide_not_in_touch(**self.who, **data)
        return f"From {format_day(data['on'])} {self.person.name} counts as not in touch."


@access.requires(Capability.SUPPORT_PEOPLE)
@changes(described.support)
class UndoNotInTouch(PersonAction):
    """Undo what 24 weeks ended: for the team manager, and for the last worker (R54)."""

    title = "Back in touch"
    heading = "Keep in touch with {name} after all"
    save = "Undo"

    @property
    def lead(self):
        weeks = cadence_of(self.request.organisation).inactive_weeks
        words = (
            f"After {weeks} weeks, keeping in touch had ended. The same worker supports them again, with "
            "no points for "
            "a new allocation. The team manager decides what comes next."
        )
        last = last_worker(self.person, self.on)
        if last and not Member.objects.active().staying(self.on).filter(pk=last.worker_id).exists():
            words += f" {last.worker.name} has left: hand {self.person.short_name} over afterwards."
        return words

    def dispatch(self, request, *args, **kwargs):
        if not leads(request.member, self.person) and not may_undo_not_in_touch(request.member, self.person, self.on):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def act(self, data):
        actions.undo_not_in_touch(client_id=self.person.pk, by=self.request.member, on=self.on)
        return f"{self.person.name} is in “keeping in touch” again."
