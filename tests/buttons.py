"""The buttons and links of a page, found in its HTML and pressed as a reader of the page would press them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import NamedTuple

from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.urls import resolve

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FILES = re.compile(r"\.(pdf|csv|xlsx)$|/(pdf|csv|xlsx)/?$")


class Button(NamedTuple):
    """A button that sends a form as it stands on the page."""

    words: str
    action: str
    data: dict[str, list[str]]


class Page(HTMLParser):
    """What of a page's main part can be pressed: buttons of forms that lack no answer, and links into the product."""

    VOID = frozenset({"input", "br", "hr", "img", "meta", "link", "use", "rect", "line", "path", "circle"})

    def __init__(self, html: str, address: str):
        super().__init__()
        self.address, self.buttons, self.links, self.disabled = address, [], [], []
        self.form: dict | None = None
        self.pressed: dict | None = None
        self.text: dict | None = None
        self.select: dict | None = None
        self.feed(html.partition("<main")[2].partition("</main>")[0])

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            post = given.get("method", "get").lower() == "post"
            lacks = not post or "data-passkeys" in given  # what a device answers
            self.form = {"action": given.get("action") or self.address, "data": {}, "lacks": lacks, "buttons": []}
        elif tag == "a" and (given.get("href") or "").startswith("/"):
            self.links.append(given["href"])
        elif self.form is None:
            return
        elif tag == "input":
            self._field(given)
        elif tag == "textarea":
            self.text = {"name": given.get("name"), "required": "required" in given, "words": ""}
        elif tag == "select":
            self.select = {"name": given.get("name"), "first": None, "chosen": None}
        elif tag == "option" and self.select is not None:
            value = given.get("value", "")
            self.select["first"] = value if self.select["first"] is None else self.select["first"]
            if "selected" in given:
                self.select["chosen"] = value
        elif tag == "button" and given.get("type", "submit") == "submit":
            self.pressed = {"given": given, "words": ""}

    def _field(self, given: dict) -> None:
        kind, name = given.get("type", "text"), given.get("name")
        if kind == "submit":
            self.form["buttons"].append((given.get("value", ""), given))
        elif name and kind in ("radio", "checkbox"):
            if "checked" in given:
                self.form["data"].setdefault(name, []).append(given.get("value", "on"))
            elif "required" in given:
                self.form.setdefault("choose", set()).add(name)
        elif name:
            if "required" in given and not given.get("value"):
                self.form["lacks"] = True
            self.form["data"].setdefault(name, []).append(given.get("value") or "")

    def handle_data(self, data):
        for part in (self.pressed, self.text):
            if part is not None:
                part["words"] += data

    def handle_endtag(self, tag):
        if self.form is None:
            return
        if tag == "textarea" and self.text:
            self.form["lacks"] |= self.text["required"] and not self.text["words"].strip()
            self.form["data"].setdefault(self.text["name"], []).append(self.text["words"].removeprefix("\n"))
            self.text = None
        elif tag == "select" and self.select:
            chosen = self.select["first"] if self.select["chosen"] is None else self.select["chosen"]
            self.form["data"].setdefault(self.select["name"], []).append(chosen or "")
            self.select = None
        elif tag == "button" and self.pressed:
            self.form["buttons"].append((" ".join(self.pressed["words"].split()), self.pressed["given"]))
            self.pressed = None
        elif tag == "form":
            self._close()

    def _close(self) -> None:
        lacks = self.form["lacks"] or self.form.get("choose", set()) - self.form["data"].keys()
        for words, given in self.form["buttons"]:
            data = dict(self.form["data"])
            if given.get("name"):
                data[given["name"]] = [given.get("value", "")]
            button = Button(words, given.get("formaction") or self.form["action"], data)
            if "disabled" in given:
                self.disabled.append(button)
            elif not lacks:
                self.buttons.append(button)
        self.form = None


def reader(member) -> Client:
    """Return a client of its own, signed in as a member."""
    client = Client()
    client.force_login(member.user, backend=BACKEND)
    return client


class _Undone(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is done inside, so that the next button is pressed on the same page."""
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        pass


def errors(answer) -> list[str]:
    """Return the sentences by which a press is refused: those that the next page will show."""
    return [str(each) for each in get_messages(answer.wsgi_request) if each.level_tag == "error"]


def opened(member, address: str) -> Page | None:
    """Return a page as a member sees it, None where it is not theirs."""
    return _opened(reader(member), address)


def _opened(client: Client, address: str) -> Page | None:
    answer = client.get(address, follow=True)
    return Page(answer.content.decode(), address) if answer.status_code == 200 else None


def refusals(
    client: Client, address: str, *, links: Callable[[str], bool] = lambda name: True
) -> tuple[Page | None, list[str]]:
    """
    Press every button and follow every link that a page offers a reader; return the page and what was refused.

    A button works when it leads to a page and nothing says that it went wrong. Each is pressed on the page as it was.

    :param links: which links are followed, by the name of the address
    """
    page = _opened(client, address)
    if page is None:
        return None, []
    found = []
    for button in page.buttons:
        with undone():
            answer = client.post(button.action, button.data)
            if answer.status_code not in (302, 303) or errors(answer):
                found.append(f"{button.words!r} to {button.action}: {answer.status_code} {errors(answer)}")
    for link in dict.fromkeys(link.partition("#")[0] for link in page.links):
        if link and not FILES.search(link.partition("?")[0]) and links(resolve(link.partition("?")[0]).url_name):
            with undone():
                answer = client.get(link)
                if answer.status_code not in (200, 302):
                    found.append(f"{link}: {answer.status_code}")
    return page, found
