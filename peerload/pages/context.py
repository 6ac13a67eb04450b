"""What every page's frame needs."""


def shell(request):
    """Return the frame's words: the service, the theme, the way round."""
    return {}
