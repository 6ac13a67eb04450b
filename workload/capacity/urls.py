"""Addresses of the pages on which people go to a worker with capacity, and come back."""

from django.urls import path

from . import allocate, cover_board, hand_over, returns, steps_back, workers_needed

urlpatterns = [
    path("people/<uuid:uid>/allocate/", allocate.Allocate.as_view(), name="allocate"),
    path("people/<uuid:uid>/hand-over/", allocate.HandOver.as_view(), name="hand_over"),
    path("people/<uuid:uid>/support-again/", allocate.SupportAgain.as_view(), name="support_again"),
    path("leaving/<uuid:uid>/people/", hand_over.HandoverList.as_view(), name="handover"),
    path("away/<int:pk>/board/", cover_board.CoverBoard.as_view(), name="cover_board"),
    path("away/<int:pk>/steps/", steps_back.PhasedReturn.as_view(), name="steps_back"),
    path("team/returns/", returns.Returns.as_view(), name="returns"),
    path("team/workers-needed/", workers_needed.resource_view, name="resources"),
    path("team/workers-needed/export.<str:kind>", workers_needed.resource_export, name="resources_export"),
]
