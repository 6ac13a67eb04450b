"""Papers take their texts from Python, where Django's tools find them for translation."""

import pytest

from peerload.pdf import texts
from peerload.pdf.printing import TEMPLATES

PAPERS = {"record.typ": texts.RECORD, "team_report.typ": texts.TEAM_REPORT}


@pytest.mark.parametrize("paper", PAPERS)
def test_every_text_of_a_paper_is_laid_out_on_it(paper):
    source = (TEMPLATES / paper).read_text()

    assert [name for name in PAPERS[paper] if f"texts.{name}" not in source] == []


def test_every_text_of_either_paper_is_laid_out_somewhere():
    sources = "".join(path.read_text() for path in TEMPLATES.glob("*.typ"))

    assert [name for name in texts.EITHER if f"texts.{name}" not in sources] == []


@pytest.mark.parametrize("paper", [*PAPERS, "paper.typ"])
def test_no_line_of_a_paper_is_long(paper):
    lines = enumerate((TEMPLATES / paper).read_text().splitlines(), 1)

    assert [number for number, line in lines if len(line) > 160] == []
