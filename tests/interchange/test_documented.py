"""What docs/running.md says about questions is what there is."""

import re
from pathlib import Path

from peerload.interchange.questions import KINDS

RUNNING = (Path(__file__).parents[2] / "docs" / "running.md").read_text()


def test_every_question_stands_in_the_documents_with_its_answers():
    rows = re.findall(r"^  \| `(\w+)` \|.*\| (.+) \|$", RUNNING, re.MULTILINE)

    assert [kind for kind, _ in rows] == list(KINDS)
    for kind, answers in rows:
        codes = [code for code, _ in KINDS[kind].choices]
        assert re.findall(r"`(\w+)`", answers) == codes if codes else answers.startswith("yes"), kind
