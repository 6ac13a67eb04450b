"""A page is small over a weak signal, and its length tells nobody anything."""

import gzip

import pytest

pytestmark = pytest.mark.django_db


def test_a_page_comes_compressed_to_a_browser_that_can_read_it(mine):
    answer = mine.get("/", headers={"accept-encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    page = gzip.decompress(answer.content)
    assert page.endswith(b"</html>\n") and len(page) > 3 * len(answer.content)


def test_a_page_comes_as_it_is_to_any_other(mine):
    answer = mine.get("/")
    assert "Content-Encoding" not in answer.headers
    assert answer.content.endswith(b"</html>\n")


def test_the_same_page_has_not_always_the_same_length(mine):
    lengths = {len(mine.get("/help/", headers={"accept-encoding": "gzip"}).content) for _ in range(20)}
    assert len(lengths) > 1
