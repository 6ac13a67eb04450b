"""PDFs take their texts from Python, where Django's tools find them for translation."""

import pytest

from peerload.pdf import texts
from peerload.pdf.printing import TEMPLATES

PDFS = {"record.typ": texts.RECORD, "team_report.typ": texts.TEAM_REPORT, "guide.typ": texts.GUIDE}


@pytest.mark.parametrize("pdf", PDFS)
def test_every_text_of_a_pdf_is_laid_out_on_it(pdf):
    source = (TEMPLATES / pdf).read_text()

    assert [name for name in PDFS[pdf] if f"texts.{name}" not in source] == []


def test_every_text_of_either_pdf_is_laid_out_somewhere():
    sources = "".join(path.read_text() for path in TEMPLATES.glob("*.typ"))

    assert [name for name in texts.EITHER if f"texts.{name}" not in sources] == []


@pytest.mark.parametrize("pdf", [*PDFS, "document.typ"])
def test_no_line_of_a_pdf_is_long(pdf):
    lines = enumerate((TEMPLATES / pdf).read_text().splitlines(), 1)

    assert [number for number, line in lines if len(line) > 160] == []
