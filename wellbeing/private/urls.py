"""Addresses of what somebody writes for themselves, and of what two agree about the work of one of them."""

from django.urls import path

from . import views

urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("mine/add/<str:kind>/", views.add, name="mine_add"),
    path("mine/still-as-it-is/", views.still_as_it_is, name="mine_same"),
    path("mine/share/", views.share, name="mine_share"),
    path("mine/take-back/", views.take_back, name="mine_take_back"),
    path("mine/<uuid:uid>/", views.document, name="mine_document"),
    path("mine/<uuid:uid>/edit/", views.edit, name="mine_edit"),
    path("mine/<uuid:uid>/delete/", views.delete, name="mine_delete"),
    path("team/shared/<uuid:uid>/", views.shared, name="shared"),
    path("my-adjustments/", views.my_adjustments, name="my_adjustments"),
    path("my-adjustments/add/", views.my_adjustment_add, name="my_adjustment_add"),
    path("team/adjustments/", views.team_adjustments, name="team_adjustments"),
    path("team/adjustments/add/", views.team_adjustment_add, name="team_adjustment_add"),
    path("adjustments/<uuid:uid>/", views.adjustment, name="adjustment"),
    path("adjustments/<uuid:uid>/edit/", views.adjustment_edit, name="adjustment_edit"),
    path("adjustments/<uuid:uid>/agree/", views.adjustment_agree, name="adjustment_agree"),
    path("adjustments/<uuid:uid>/end/", views.adjustment_end, name="adjustment_end"),
]
