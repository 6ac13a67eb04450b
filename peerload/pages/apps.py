from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "peerload.pages"
    label = "pages"

    def ready(self):
        from peerload import checks  # noqa: F401  (it registers them)
