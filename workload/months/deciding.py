"""Another manager, or the service manager, decides between two figures; a worker who is back settles what was assumed."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import dates
from peerload.core.formats import format_list, format_month
from peerload.staff import access
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage
from peerload.ui.templatetags.ui import points
from workload.enums import Answer, Side
from workload.models import Assumption
from workload.months import actions, forms, queries
from workload.months.queries import SeenRecord
from workload.months.views import FoundMonth, RecordStep


@access.requires(Capability.SEE_OWN_POINTS, Capability.SEE_TOTALS)
class Decide(RecordStep):
    """Show the record's figures and both explanations, without people; one of the two figures is decided, with a reason."""

    form_class = forms.DecideForm
    template_name = "workload/months/record_decide.html"
    title = gettext_lazy("Decide between two figures")
    save = gettext_lazy("Decide")
    sides = frozenset({Side.MANAGER})

    @cached_property
    def seen(self) -> SeenRecord:
        seen = self.found.seen()
        if not seen.decides:
            raise Http404
        return seen

    @property
    def reads_record(self) -> bool:
        """Whether the reader may open the whole record: a service manager may not."""
        return access.may(self.request.member, Capability.SEE_OWN_POINTS)

    @property
    def back(self) -> tuple[str, str]:
        return super().back if self.reads_record else (reverse("team"), _("Teams"))

    def success_url(self) -> str:
        return str(self.back[0])

    def form_arguments(self) -> dict[str, Any]:
        return {"figures": [(str(each.total), points(each.total)) for each in self.seen.explanations]}

    def act(self, data: dict[str, Any]) -> str:
        record = actions.agree(**self.words)
        if len(queries.agreements_of(record)) == len(Side):
            return _("Agreed by both.")
        return _("You have decided %(decided_total)s points. %(worker)s has not agreed yet.") % {
            "decided_total": points(record.decided_total),
            "worker": record.worker.name,
        }

    def context(self, form: forms.DecideForm) -> dict[str, Any]:
        lacking = [
            (each.total, format_list(what.words for what in lacking))
            for each in self.seen.explanations
            if (lacking := queries.lacking_at(self.seen, each.total))
        ]
        return super().context(form) | {
            "seen": self.seen,
            "figures": self.seen.figures,
            "explanations": self.seen.explanations,
            "waits_until": self.seen.explained_until,
            "lacking": lacking,
            "reads_record": self.reads_record,
            "reason_url": reverse("record_reason", args=[self.seen.worker.uid, f"{self.seen.month:%Y-%m}"]),
        }


@access.requires(Capability.SEE_OWN_POINTS)
class Settle(FormPage):
    """Ask the worker whether what was assumed about a month they were away in holds."""

    form_class = forms.SettleForm
    template_name = "workload/months/record_settle.html"
    title = gettext_lazy("Completed while you were away")
    save = gettext_lazy("Save")

    @cached_property
    def found(self) -> FoundMonth:
        found = FoundMonth(self.request, self.kwargs["uid"], self.kwargs["month"])
        if not found.place.own:
            raise Http404
        return found

    @cached_property
    def assumption(self) -> Assumption:
        for each in queries.assumptions_about(self.found.worker, self.found.month):
            if each.record.month == self.found.month:
                return each
        raise Http404

    @property
    def heading(self) -> str:
        words = _("%(month)s was completed while you were away")
        return words % {"month": format_month(self.found.month)}

    @property
    def back(self) -> tuple[str, str]:
        return self.found.url, format_month(self.found.month)

    def success_url(self) -> str:
        if self.filled.cleaned_data["answer"] == Answer.HOLDS:
            return self.found.url
        day = dates.month_end(self.found.month)
        return f"{reverse('points', args=[self.found.worker.uid])}?on={day:%Y-%m-%d}"

    def act(self, data: dict[str, Any]) -> str:
        who = {"worker": self.found.worker, "month": self.found.month, "by": self.request.member, "today": self.on}
        actions.settle(**who, **data)
        if data["answer"] == Answer.HOLDS:
            return _("Thank you. Your manager sees that it holds.")
        return _("Your manager sees it. Correct the entry here: the difference becomes a correction in a later record.")

    def context(self, form: forms.SettleForm) -> dict[str, Any]:
        return super().context(form) | {"assumption": self.assumption, "month": self.found.month}
