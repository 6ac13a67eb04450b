"""A PDF says everything it is given, as it was typed, to everybody: also to a reader who has it read aloud."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal

import pytest
from pypdf import PdfReader

from peerload import pdf
from tests.pdf.examples import a_guide, a_record, a_team_report, cases, element, line, row

BOTH = {
    "record": lambda **parts: pdf.record(a_record(**parts)),
    "report": lambda **parts: pdf.team_report(a_team_report(**parts)),
}


NAMES = {
    "Amharic": "አማኑኤል",
    "Arabic": "أمل",
    "Armenian": "Հայկ",
    "Bengali": "শর্মিলা",
    "Burmese": "မြင့်မြတ်",
    "Chinese": "王小明",
    "Cyrillic": "Юлия",
    "Georgian": "გიორგი",
    "Greek": "Ελένη",
    "Gujarati": "જિજ્ઞેશ",
    "Hebrew": "שרה",
    "Hindi": "आशा",
    "Japanese": "ひなた",
    "Kannada": "ಕವಿತಾ",
    "Khmer": "សុភា",
    "Korean": "김지우",
    "Lao": "ສົມສັກ",
    "Malayalam": "അഞ്ജലി",
    "Odia": "ସୁଚିତ୍ରା",
    "Punjabi": "ਗੁਰਪ੍ਰੀਤ",
    "Samoan": "Faʻafetai",
    "Sinhala": "චමරි",
    "Tamil": "கவிதா",
    "Telugu": "శ్రీ",
    "Thai": "สมชาย",
    "Urdu": "پروین ٹیپو",
    "Vietnamese": "Nguyễn Thị Ánh",
}


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def boxes(pdf: bytes) -> int:
    """Return how many signs stand as an empty box, having no shape in their font: glyph 0 of what is shown."""
    found = 0
    for page in read(pdf).pages:
        for operands, operator in page.get_contents().operations:
            shown = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else ()
            for text in (each for each in shown if isinstance(each, str | bytes)):
                glyphs = text if isinstance(text, bytes) else text.original_bytes
                found += sum(glyphs[n : n + 2] == b"\0\0" for n in range(0, len(glyphs), 2))
    return found


def fonts(pdf: bytes) -> set[str]:
    """Return the names of the fonts that a PDF brings along."""
    return {
        font.get_object()["/BaseFont"].split("+")[1]
        for page in read(pdf).pages
        for font in page["/Resources"]["/Font"].get_object().values()
    }


def drawn(pdf: bytes) -> list:
    """Return the filled shapes of a PDF: the sign of what is above the limit is one."""
    return [o for page in read(pdf).pages for o in page.get_contents().operations if o[1] in (b"f", b"f*", b"F")]


def kinds_of_tags(pdf: bytes) -> set[str]:
    """The kinds of everything in the tree a reader walks along."""
    found, ahead = set(), [read(pdf).trailer["/Root"]["/StructTreeRoot"]]
    while ahead:
        node = ahead.pop().get_object()
        if isinstance(node, list):
            ahead += node
        elif isinstance(node, dict):
            found.add(node.get("/S"))
            if "/K" in node:
                ahead.append(node["/K"])
    return found


@pytest.mark.parametrize("pdf", BOTH)
class TestEitherPdf:
    def test_it_can_be_read_aloud(self, pdf):
        made = BOTH[pdf]()
        root = read(made).trailer["/Root"]

        assert root["/Lang"] == "en-GB"
        assert root["/MarkInfo"]["/Marked"]
        assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= kinds_of_tags(made)
        assert b"<pdfuaid:part>1<" in read(made).xmp_metadata.stream.get_data()

    def test_its_title_names_nobody(self, pdf):
        title = read(BOTH[pdf]()).metadata.title

        assert title == {"record": "Workload record, October 2026", "report": "Team report, October 2026"}[pdf]

    def test_what_people_typed_comes_out_as_they_typed_it(self, pdf):
        typed = "#panic(1) *not bold* _nor this_ $x^2$ <label> @reference \\ [x] // none “so”"
        field = {"record": "comment", "report": "note"}[pdf]

        assert typed in words(BOTH[pdf](**{field: typed}))

    def test_names_keep_their_macrons(self, pdf):
        assert "Te Kairāranga o Ōtākou, ʻAna" in words(BOTH[pdf](service="Te Kairāranga o Ōtākou, ʻAna"))

    @pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
    def test_names_of_every_script_people_here_write_are_drawn(self, pdf, name):
        made = BOTH[pdf](team=name)

        assert not boxes(made)
        assert (
            b"<pdfuaid:part>1<" in read(made).xmp_metadata.stream.get_data()
        )  # which no sign without a font may be in

    def test_an_emoji_is_said_by_its_name(self, pdf):
        field = {"record": "comment", "report": "note"}[pdf]
        made = BOTH[pdf](**{field: "A good week \U0001f642\ufe0f, thank you \U0001f44d\U0001f3fd"})

        assert "A good week (slightly smiling face), thank you (thumbs up sign)" in words(made)
        assert not boxes(made)

    def test_a_sign_no_font_can_draw_still_gives_a_pdf_that_says_so(self, pdf, caplog):
        made = BOTH[pdf](team="\U00012000")  # cuneiform

        assert "October 2026" in words(made)
        assert "/Table" in kinds_of_tags(made)
        assert boxes(made)
        assert "A square stands for a letter that peerload has no font for." in words(made)
        assert [record.getMessage() for record in caplog.records if "no font" in record.getMessage()]
        assert "\U00012000" not in caplog.text  # which may be a name

    def test_words_that_begin_in_arabic_run_from_the_right(self, pdf):
        field = {"record": "comment", "report": "note"}[pdf]

        made = [
            text
            for page in read(BOTH[pdf](**{field: "\u0623\u0645\u0644 \u0647\u0646\u0627!"})).pages
            for text in page.extract_text().split("\n")
            if "!" in text
        ]

        assert made and made[0].strip().startswith("!")  # drawn first: at the left, after the words

    def test_a_word_of_160_letters_stays_on_the_page(self, pdf):
        field = {"record": "comment", "report": "note"}[pdf]
        ends = []
        for page in read(BOTH[pdf](**{field: "a" * 160})).pages:
            page.extract_text(visitor_text=lambda text, _, at, *__: ends.append((text, at[4])))

        assert sum(text.count("a" * 20) for text, _ in ends) >= 5
        assert max(x + 5 * len(text) for text, x in ends if "aaaa" in text) < read(BOTH[pdf]()).pages[0].mediabox.width

    def test_the_same_contents_are_the_same_bytes(self, pdf):
        with ThreadPoolExecutor(4) as threads:
            assert len(set(threads.map(lambda _: BOTH[pdf](), range(8)))) == 1

    def test_every_page_says_which_it_is_and_who_took_it_along(self, pdf):
        parts = {"elements": [element("Cases", 200, *cases(100))]} if pdf == "record" else {"workers": 60}

        pages = [page.extract_text() for page in read(BOTH[pdf](**parts)).pages]

        assert len(pages) > 2
        assert all(f"{n} of {len(pages)}" in page for n, page in enumerate(pages, start=1))
        assert all("printed on 9 November 2026 by Ana Whitford" in page for page in pages)

    def test_it_brings_its_own_fonts(self, pdf):
        assert all(font.startswith("LibertinusSerif") for font in fonts(BOTH[pdf]()))


class TestARecord:
    @pytest.mark.parametrize(
        "said",
        [
            "Caro Vickers Harbourside, as at 31 October 2026: submitted.",
            "108 of 100 points over",
            "Little room from 85, limit 100 at 1 FTE.",
            "110, on 26 October 2026",
            "A review with actions: 103 in September, then 108.",
            "Peer service, version 3",
            "held on 29 October 2026",
            "Next supervision 12 November 2026",
            "The Thursday group is what keeps me going.",
            "Too much",
            "Somebody to share the group with",
            "Extra responsibilities 10",
            "A case: P0036 the window ends since 2 February 2026 through 19 November 2026 2",
            "Subtotal 99 Workload weight 9 Total 108",
            "high 7 5",
            "Two people moved to high-intensity support.",
            "Four new people in one month.",
            "No new people Ana Whitford 7 December 2026 open",
            "Share the group Caro Vickers 5 November 2026 done on 4 November 2026",
            "Caro Vickers worker Agreed on 6 November 2026, 16:12, to 108 points.",
            "Ana Whitford manager Not agreed yet. Signature and day",
        ],
    )
    def test_everything_known_stands_on_it(self, said):
        assert said in words(pdf.record(a_record()))

    def test_a_long_table_says_its_columns_on_every_page(self):
        made = pdf.record(a_record(elements=[element("Cases", 200, *cases(100))]))

        pages = [page.extract_text() for page in read(made).pages]
        assert all("Since when, until when" in page for page in pages if "A case:" in page)
        assert sum("A case:" in page for page in pages) > 2

    def test_an_adjustment_is_a_line_with_its_month_and_reason(self):
        adjustment = pdf.PrintedCorrection(
            month=date(2026, 9, 1), points=Decimal("-1.5"), reason="P0007 closed earlier"
        )

        said = words(pdf.record(a_record(adjustments=[adjustment])))

        assert "Correction for September 2026, beside the total P0007 closed earlier -1.5" in said

    def test_a_disagreement_stands_where_the_signature_would(self):
        agreements = [pdf.Signature(side="worker", name="Caro Vickers", words="Not agreed: 112, not 108.")]

        said = words(pdf.record(a_record(agreements=agreements)))

        assert "Not agreed: 112, not 108." in said
        assert "Signature and day" not in said

    def test_a_total_that_was_brought_in_says_that_it_has_no_lines(self):
        bare = dict.fromkeys(("mark", "limit", "fte", "subtotal", "weight", "peak", "peak_on", "supervision_held_on"))
        bare |= {"elements": [], "band": "", "scheme": "", "flag": "", "mix": [], "actions": [], "agreements": []}
        bare |= {"comment": "", "enough": "", "would_help": "", "reason": "", "causes": ""}

        said = words(pdf.record(a_record(**bare)))

        assert "108 points" in said
        assert "The total was imported without its lines." in said
        assert not [part for part in ("Over the limit", "Agreed by two", "In the worker", "not held") if part in said]

    def test_words_of_several_lines_keep_their_lines(self):
        made = pdf.record(a_record(comment="First.\nSecond."))

        assert "First.\nSecond." in read(made).pages[0].extract_text()

    def test_elements_above_the_total_do_not_leave_the_bar(self):
        elements = [element("Cases", 300, line("A case", 300))]
        adjustment = pdf.PrintedCorrection(month=date(2026, 9, 1), points=Decimal(-200), reason="")

        assert pdf.record(a_record(elements=elements, adjustments=[adjustment], total=Decimal(100)))


LONGEST = {"comment": "word " * 800, "would_help": "word " * 400, "reason": "word " * 400, "causes": "word " * 800}


@pytest.mark.parametrize(("texts", "most"), [({}, 3), (LONGEST, 5)], ids=["short texts", "the longest texts"])
def test_the_record_of_fifty_cases_takes_few_pages_whatever_is_written_in_it(texts, most):
    elements = [element("Stable element", 15, line("Base", 15)), element("Cases", 100, *cases(50))]

    assert len(read(pdf.record(a_record(elements=elements, **texts))).pages) <= most


class TestATeamsReport:
    @pytest.mark.parametrize(
        "said",
        [
            "Harbourside Due on 15 November 2026. Not sent yet.",
            "935 of 1,070 points, 87.4%, 10.7 FTE",
            "October was heavy: Hana was away.",
            "Worker 002 0.8 15 5 44.5 6 70.5 80 little room agreed 28 October 2026 25 November 2026",
            "Team 10.7 935 1,070",
            "Record of Ema Halaholo Ema submits it",
            "Caro Vickers No new people Ana Whitford 7 December 2026",
            "Ana Whitford manager Not sent yet. Signature and day",
        ],
    )
    def test_everything_known_stands_on_it(self, said):
        assert said in words(pdf.team_report(a_team_report()))

    def test_the_report_of_twelve_workers_is_one_page_with_reasons_and_actions(self):
        reasons = [pdf.OverReason(worker="Caro Vickers", words="Two people moved to high support.")] * 2

        assert len(read(pdf.team_report(a_team_report(workers=12, reasons=reasons))).pages) == 1

    def test_who_is_over_the_limit_is_marked_by_a_sign_and_a_bold_word(self):
        rows = [row("Caro Vickers", total=Decimal(108), limit=Decimal(100), band="over")]
        marked, other = pdf.team_report(a_team_report(rows=rows)), pdf.team_report(a_team_report(rows=[row("Tom")]))

        assert "108 100 over" in words(marked)
        assert len(drawn(marked)) == len(drawn(other)) + 1

    def test_it_lies_across(self):
        box = read(pdf.team_report(a_team_report())).pages[0].mediabox

        assert box.width > box.height

    def test_once_sent_it_says_when_and_by_whom(self):
        said = words(pdf.team_report(a_team_report(sent_at=datetime(2026, 11, 13, 9, 5))))

        assert "Sent on 13 November 2026, 09:05 by Ana Whitford." in said
        assert "Signature and day" not in said

    def test_a_row_that_was_brought_in_has_dashes_for_its_parts(self):
        bare = dict.fromkeys(("fte", "stable", "extras", "cases", "weight", "limit"))
        rows = [row("Mere Paki", **bare, band="", supervision_held_on=None, next_supervision_on=None)]

        assert "Mere Paki – – – – – 70.5 – – agreed no" in words(pdf.team_report(a_team_report(rows=rows)))

    def test_a_long_team_says_its_columns_on_every_page(self):
        pages = [page.extract_text() for page in read(pdf.team_report(a_team_report(workers=60))).pages]

        assert all("Supervision" in page for page in pages if "Worker 0" in page)

    def test_a_team_of_nobody_is_a_sentence(self):
        assert "No one had a post in this team." in words(pdf.team_report(a_team_report(rows=[])))


class TestAGuide:
    def test_it_can_be_read_aloud_in_its_own_fonts_and_says_its_pages(self):
        made = pdf.guide(a_guide(items=60))
        root, pages = read(made).trailer["/Root"], [page.extract_text() for page in read(made).pages]

        assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
        assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= kinds_of_tags(made)
        assert b"<pdfuaid:part>1<" in read(made).xmp_metadata.stream.get_data()
        assert "Caro" not in read(made).metadata.title
        assert fonts(made) and all(font.startswith("LibertinusSerif") for font in fonts(made))
        assert len(pages) > 1 and all(f"{n} of {len(pages)}" in page for n, page in enumerate(pages, start=1))
        assert all("printed on 9 November 2026 by Ana Whitford" in page for page in pages)

    def test_a_guide_of_thirty_items_takes_two_pages_at_most(self):
        assert len(read(pdf.guide(a_guide(items=30))).pages) <= 2

    def test_names_of_every_script_and_what_was_typed_are_drawn(self):
        typed = "#panic(1) *not bold* $x^2$ <label> @reference \\ [x] // none"
        notes = [pdf.RecordNote(heading=name, words=name) for name in NAMES.values()]
        notes.append(pdf.RecordNote(heading="Typed", words=typed))
        made = pdf.guide(a_guide(sections=[pdf.GuideSection(title="Names", comments=notes)]))

        assert not boxes(made) and typed in words(made)
        assert b"<pdfuaid:part>1<" in read(made).xmp_metadata.stream.get_data()
