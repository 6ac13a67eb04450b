"""Addresses of private documents, and of agreements about a worker's work."""

from django.urls import path

from .views import adjustments, documents, sharing

urlpatterns = [
    path("mine/", documents.mine, name="mine"),
    path("mine/add/<str:kind>/", documents.AddDocument.as_view(), name="mine_add"),
    path("mine/still-as-it-is/", sharing.still_as_it_is, name="mine_same"),
    path("mine/share/", sharing.Share.as_view(), name="mine_share"),
    path("mine/take-back/", sharing.take_back, name="mine_take_back"),
    path("mine/<uuid:uid>/", documents.document, name="mine_document"),
    path("mine/<uuid:uid>/edit/", documents.EditDocument.as_view(), name="mine_edit"),
    path("mine/<uuid:uid>/delete/", documents.DeleteDocument.as_view(), name="mine_delete"),
    path("team/shared/<uuid:uid>/", sharing.shared, name="shared"),
    path("my-adjustments/", adjustments.my_adjustments, name="my_adjustments"),
    path("my-adjustments/add/", adjustments.AddMine.as_view(), name="my_adjustment_add"),
    path("team/adjustments/", adjustments.team_adjustments, name="team_adjustments"),
    path("team/adjustments/add/", adjustments.AddForTeam.as_view(), name="team_adjustment_add"),
    path("adjustments/<uuid:uid>/", adjustments.adjustment, name="adjustment"),
    path("adjustments/<uuid:uid>/edit/", adjustments.EditAgreement.as_view(), name="adjustment_edit"),
    path("adjustments/<uuid:uid>/agree/", adjustments.adjustment_agree, name="adjustment_agree"),
    path("adjustments/<uuid:uid>/end/", adjustments.adjustment_end, name="adjustment_end"),
]
