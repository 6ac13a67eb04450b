"""What pages with a form of staff share."""

from django.shortcuts import render

from .. import actions


def form_page(
    request, form, *, heading: str, back_url: str, back_label: str, template="includes/form_page.html", **context
):
    """Show a form by itself; refused it answers 422, with what was typed."""
    words = {"form": form, "heading": heading, "back_url": back_url, "back_label": back_label, **context}
    return render(request, template, words, status=422 if form.errors else 200)


def form_for(request, form_class, **arguments):
    """Return a form of the member's service on this day, bound if it was posted."""
    return form_class(request.POST or None, organisation=request.organisation, on=request.on, **arguments)


def accepted(form, action) -> bool:
    """Return whether a form is valid and the action took it; a refusal stands on top of the form."""
    if not form.is_valid():
        return False
    try:
        action(**form.cleaned_data)
    except actions.Refused as error:
        form.refuse(error)
    return not form.errors
