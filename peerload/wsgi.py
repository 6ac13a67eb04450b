import os

from django.core.wsgi import get_wsgi_application

from peerload.core.database import answer_pages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerload.settings")

application = get_wsgi_application()
answer_pages()
