"""Pages about posts."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from peerload.core import dates

from .. import access, actions, concurrency, forms
from ..access import form_view
from ..models import Member, Post
from ..roles import Capability
from .form_pages import accepted, form_for, form_page
from .members import staff_member


def find_post(request, pk) -> Post:
    return get_object_or_404(Post.objects.select_related("worker"), organisation=request.organisation, pk=pk)


def about_post(post: Post, request) -> concurrency.Description:
    labels = concurrency.labels_of(forms.PostForm, post)
    written = {_("Until"): dates.last_day(post.ends_before), _("Days and hours"): post.days}
    return concurrency.fields(post, **labels) | written


def posts_of(member: Member, request) -> concurrency.Description:
    """Describe the posts that a new one ends or has to fit among."""
    found = [about_post(post, request) for post in member.posts.select_related("team").order_by("starts_on")]
    return {
        _("Post from %(day)s") % {"day": concurrency.shown(post.pop(_("From")))}: _in_a_line(post) for post in found
    }


def _in_a_line(described: concurrency.Description) -> str:
    return "; ".join(f"{label} {concurrency.shown(value)}" for label, value in described.items())


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.creates
@concurrency.changes(find=staff_member, describe=posts_of)
def post_add(request, uid):
    member = staff_member(request, uid)
    form = form_for(request, forms.PostForm, initial={"starts_on": request.on, "team": member.home_team, "fte": "1"})
    if accepted(form, lambda **fields: actions.add_post(worker_id=member.pk, by=request.member, **fields)):
        messages.success(request, _("The post is added."))
        return redirect("staff_edit", uid=uid)
    return form_page(
        request,
        form,
        heading=_("A new post for %(member)s") % {"member": member.name},
        lead=_("The post they have now ends the day before."),
        back_url=reverse("staff_edit", args=[uid]),
        back_label=member.name,
    )


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.changes(find=find_post, describe=about_post)
def post_edit(request, pk):
    post = find_post(request, pk)
    initial = {name: getattr(post, name) for name in ("starts_on", "team", "weekly_hours", "duty")}
    initial |= {"last_day": dates.last_day(post.ends_before), "fte": post.fte.normalize()}
    if post.day_hours:
        initial |= {"day_hours": post.days, "weekly_hours": None}
    form = form_for(request, forms.PostForm, initial=initial)
    if accepted(form, lambda **fields: actions.edit_post(post_id=post.pk, by=request.member, **fields)):
        messages.success(request, _("The post is changed."))
        return redirect("staff_edit", uid=post.worker.uid)
    return form_page(
        request,
        form,
        heading=_("A post of %(worker)s") % {"worker": post.worker.name},
        lead=_("Correct mistakes here. If something changes from a certain day, add a new post instead."),
        back_url=reverse("staff_edit", args=[post.worker.uid]),
        back_label=post.worker.name,
    )
