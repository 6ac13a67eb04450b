"""The forms of a page as a browser reads them: where they are posted to, and what they send."""

from html.parser import HTMLParser

CARRIED = {"filled_from", "submission_id", "save_once_more"}


class Forms(HTMLParser):
    """The forms of a page that are posted: ``found`` holds where to, and what each sends as it was filled, without a button."""

    def __init__(self, page: str, here: str):
        super().__init__()
        self.here, self.found, self.open, self.text, self.select = here, [], None, None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        name, value = attributes.get("name"), attributes.get("value", "")
        if tag == "form":
            self.open = (attributes.get("action") or self.here, {}) if attributes.get("method") == "post" else None
            self.found += [self.open] if self.open else []
        elif self.open is None:
            return
        elif tag == "option" and self.select and ("selected" in attributes or self.select not in self.open[1]):
            self.open[1][self.select] = value
        elif not name:
            return
        elif tag == "textarea":
            self.text, self.open[1][name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "input" and attributes.get("type") in ("checkbox", "radio"):
            if "checked" in attributes:
                self.open[1][name] = attributes.get("value", "on")
        elif tag == "input":
            self.open[1][name] = value

    def handle_data(self, data):
        if self.text:
            self.open[1][self.text] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag == "textarea":
            self.text = None
        elif tag == "select":
            self.select = None


def filled(answer, to: str | None = None) -> dict[str, str]:
    """
    Return what the form of a page sends as it was filled.

    :param to: the address the form is posted to, where the page has several; the page itself otherwise
    """
    here = answer.request["PATH_INFO"]
    forms = Forms(answer.content.decode(), here).found
    return next(fields for action, fields in forms if action.split("?")[0] == (to or here))


def carried(answer, to: str | None = None) -> dict[str, str]:
    """Return what the form of a page carries besides what is typed."""
    return {name: value for name, value in filled(answer, to).items() if name in CARRIED}
