"""Pages whose figures follow each choice while they stay open: static/peerload/figures.js asks, these answer."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from peerload.ui.asked import asks_figures

from ..access import MemberRequest
from .form_pages import FormPage


class LiveFigures(FormPage):
    """
    A page that also answers with its figures alone.

    They come from the same form and the same context as the whole page, so what follows a choice is what the button
    shows. Nothing is saved. The record of what was read has the page, not each choice on it: the answer names no person,
    and knows only those of the page.

    :ivar figures_template: the parts of the page that a choice changes
    """

    figures_template: str

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.figures() if asks_figures(request) else super().dispatch(request, *args, **kwargs)

    def figures(self) -> HttpResponse:
        return render(self.request, self.figures_template, self.context(self.form(self.request.POST)))
