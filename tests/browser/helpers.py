"""Filling in the real forms, one after the other: go to a form's address, fill it in by the names of its fields, press."""

from playwright.sync_api import Locator, Page

OPEN_ALL = "() => document.querySelectorAll('details').forEach(each => { each.open = true })"
REFUSED = ".is-invalid, .pl-notice[role=alert], .pl-messages .pl-notice--act, .pl-messages .pl-notice--watch"


class Thumb:
    """Taps what is shown, and counts."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, locator):
        locator.click()
        self.taps += 1


class Helpers:
    """
    What somebody does on their page.

    It is a page without scripts: a press loads the next page, so nothing has to be waited for. Nor is it looked at, so it goes
    without its style sheets, which take most of the time.
    """

    def __init__(self, page: Page):
        self.page = page
        page.route("**/static/**", lambda route: route.abort())

    def fill_in(self, url: str, press: str = "", anyway: str = "", **fields) -> None:
        """
        Fill in a form by the names of its fields and press its button, the first one if none is named.

        :param anyway: the button of the answer, where peerload asks once more before it saves
        :raises AssertionError: if the form is refused
        """
        self.open(url)
        for name, value in fields.items():
            fill(self.page.locator(f"main [name='{name}']:not([type=hidden])"), value)
        within = self.page.locator("main form:not([method=get])")
        if fields:
            within = within.filter(has=self.page.locator(f"[name='{next(iter(fields))}']"))
        if anyway:
            within.locator("button.btn-primary").first.click()
            press = anyway
        self._press(within, press)

    def press(self, url: str, press: str, n: int = 0) -> None:
        """Press a button of a page that asks for nothing."""
        self.open(url)
        self._press(self.page.locator("main"), press, n)

    def open(self, url: str) -> None:
        """Open a page, with everything on it that is folded."""
        response = self.page.goto(url)
        assert response.status == 200, f"{url}: {response.status}"
        self.page.evaluate(OPEN_ALL)

    def _press(self, within: Locator, name: str, n: int = 0) -> None:
        here = self.page.url
        button = within.get_by_role("button", name=name).nth(n) if name else within.locator("button.btn-primary").first
        with self.page.expect_navigation() as loading:
            button.click()
        refused = self.page.locator(REFUSED).all_inner_texts()
        assert loading.value.status == 200 and not refused, f"{here}: {refused or loading.value.status}"


def fill(found: Locator, value) -> None:
    """Give a field its value: words, a day, one of several choices, several ticks, or a tick by itself."""
    kind = found.first.evaluate("field => field.type")
    if kind == "checkbox" and isinstance(value, bool):
        found.set_checked(value)
    elif kind in ("radio", "checkbox"):
        for each in [value] if isinstance(value, str) else value:
            found.and_(found.page.locator(f"[value='{each}']")).check()
    elif kind == "select-one":
        found.first.select_option(str(value))
    else:
        found.first.fill(str(value))
