"""The files that come first are there, and come first; everything else stays in its order."""

from types import SimpleNamespace

from tests.first import FIRST, PROJECT, pytest_collection_modifyitems


def test_the_files_that_come_first_are_there():
    assert [name for name in FIRST if not (PROJECT / name).is_file()] == []


def test_they_come_first_and_all_others_stay_as_they_are():
    names = ["tests/test_words.py", FIRST[1], "tests/caseload/test_rules.py", FIRST[0], FIRST[1]]
    items = [SimpleNamespace(path=PROJECT / name) for name in names]

    pytest_collection_modifyitems(items)

    ordered = [str(item.path.relative_to(PROJECT)) for item in items]
    assert ordered == [FIRST[0], FIRST[1], FIRST[1], "tests/test_words.py", "tests/caseload/test_rules.py"]
