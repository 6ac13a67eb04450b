"""Who is asking, and what day it is there: sets ``request.member``, ``request.organisation`` and ``request.on``."""

from peerload import clock

from .models import Member


class MemberMiddleware:
    """Read the membership once a request; somebody without an active one is nobody here."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.member = request.organisation = request.on = None
        if request.user.is_authenticated:
            member = Member.objects.active().select_related("organisation", "user").filter(user=request.user).first()
            if member:
                request.member, request.organisation = member, member.organisation
                request.on = clock.today(member.organisation)
        return self.get_response(request)
