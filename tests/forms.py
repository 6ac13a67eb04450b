"""The forms of a page as a browser reads them: where they are posted to, and what they carry."""

from html.parser import HTMLParser

CARRIED = {"filled_from", "submission_id", "save_once_more"}


class Forms(HTMLParser):
    """The forms of a page that are posted: ``found`` holds where to, and the fields by name."""

    def __init__(self, page: str, here: str):
        super().__init__()
        self.here, self.found, self.open = here, [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.open = (attributes.get("action") or self.here, {}) if attributes.get("method") == "post" else None
            self.found += [self.open] if self.open else []
        elif tag in ("input", "textarea", "select") and self.open and attributes.get("name"):
            self.open[1][attributes["name"]] = attributes.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None


def carried(answer, to: str | None = None) -> dict[str, str]:
    """
    Return what the form of a page carries besides what is typed.

    :param to: the address the form is posted to, where the page has several; the page itself otherwise
    """
    here = answer.request["PATH_INFO"]
    forms = Forms(answer.content.decode(), here).found
    fields = next(fields for action, fields in forms if action.split("?")[0] == (to or here))
    return {name: value for name, value in fields.items() if name in CARRIED}
