from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "peerload.home"
    label = "home"

    def ready(self) -> None:
        from peerload import checks  # noqa: F401  (it registers them)
