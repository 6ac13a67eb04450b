"""Pages about posts."""

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import dates

from .. import access, actions, concurrency
from ..forms import posts as forms
from ..models import Member, Post
from ..roles import Capability
from .form_pages import StaffPage
from .members import staff_member


def find_post(request: access.MemberRequest, pk: int) -> Post:
    return get_object_or_404(Post.objects.select_related("worker"), organisation=request.organisation, pk=pk)


def about_post(post: Post, request: access.MemberRequest) -> concurrency.Description:
    labels = concurrency.labels_of(forms.PostForm, post)
    written = {_("Until"): dates.last_day(post.ends_before), _("Days and hours"): post.days}
    return concurrency.fields(post, **labels) | written


def posts_of(member: Member, request: access.MemberRequest) -> concurrency.Description:
    """Describe the posts that a new one ends or has to fit among."""
    found = [about_post(post, request) for post in member.posts.select_related("team").order_by("starts_on")]
    return {
        _("Post from %(day)s") % {"day": concurrency.shown(post.pop(_("From")))}: _in_a_line(post) for post in found
    }


def _in_a_line(described: concurrency.Description) -> str:
    return "; ".join(f"{label} {concurrency.shown(value)}" for label, value in described.items())


class PostPage(StaffPage):
    """A form about a post of one of the staff."""

    form_class = forms.PostForm

    @cached_property
    def worker(self) -> Member:
        return staff_member(self.request, self.kwargs["uid"])

    @property
    def back(self) -> tuple[str, str]:
        return reverse("staff_edit", args=[self.worker.uid]), self.worker.name


@access.requires(Capability.LOOK_AFTER_STAFF)
@concurrency.creates
@concurrency.changes(find=staff_member, describe=posts_of)
class PostAdd(PostPage):
    lead = gettext_lazy("The post they have now ends the day before.")

    @property
    def heading(self) -> str:
        return _("A new post for %(member)s") % {"member": self.worker.name}

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"starts_on": self.on, "team": self.worker.home_team, "fte": "1"}}

    def act(self, data: dict[str, Any]) -> str:
        actions.add_post(worker_id=self.worker.pk, by=self.request.member, **data)
        return _("The post is added.")


@access.requires(Capability.LOOK_AFTER_STAFF)
@concurrency.changes(find=find_post, describe=about_post)
class PostEdit(PostPage):
    lead = gettext_lazy("Correct mistakes here. If something changes from a certain day, add a new post instead.")

    @cached_property
    def post_held(self) -> Post:
        return find_post(self.request, self.kwargs["pk"])

    @property
    def worker(self) -> Member:
        return self.post_held.worker

    @property
    def heading(self) -> str:
        return _("A post of %(worker)s") % {"worker": self.worker.name}

    def form_arguments(self) -> dict[str, Any]:
        post = self.post_held
        initial = {name: getattr(post, name) for name in ("starts_on", "team", "weekly_hours", "duty")}
        initial |= {"last_day": dates.last_day(post.ends_before), "fte": post.fte.normalize()}
        if post.day_hours:
            initial |= {"day_hours": post.days, "weekly_hours": None}
        return {"initial": initial}

    def act(self, data: dict[str, Any]) -> str:
        actions.edit_post(post_id=self.post_held.pk, by=self.request.member, **data)
        return _("The post is changed.")
