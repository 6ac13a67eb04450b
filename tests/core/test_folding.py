"""One folding for search, order, likeness and codes: which spellings are one."""

import re

import pytest

from caseload.keys import finds, likeness_keys, person_keys
from peerload.core import phones
from peerload.core.folding import fold, fold_code, loosen
from tests import sources

# One line a language: a name as it is written there, and how people type it elsewhere or in a hurry.
SPELLINGS = {
    "Māori": ("Tāne Kōwhai", "Tane Kowhai", "Taane Koowhai", "TĀNE KŌWHAI", "Ta\u0304ne Ko\u0304whai"),
    "Samoan": ("Faʻalogo", "Fa'alogo", "Fa’alogo", "Fa‘alogo", "Faalogo", "faalogo", "Falogo", "Fa`alogo"),
    "Tongan": ("Taufaʻāhau", "Taufa'ahau", "Taufa’āhau", "Taufaahau"),
    "Hawaiian": ("Kahoʻolawe", "Kaho'olawe", "Kaho‘olawe", "Kahoolawe"),
    "Fijian": ("Rātū Sēru", "Ratu Seru", "Raatuu Seeru"),
    "Cook Islands Māori": ("Ngā-i-te-ʻao", "Nga i te ao", "Ngaa i te ao"),
    "Niuean": ("Tāoga", "Taoga", "Taaoga"),
    "Tokelauan": ("Tehimē", "Tehime", "Tehimee"),
    "Tahitian": ("Teriʼi", "Teri'i", "Teriꞌi", "Terii"),
    "Rotuman": ("Mạusa", "Mausa"),
    "Marshallese": ("Ḷaan̄", "Laan", "L̗aan̄"),
    "Chamorro": ("Låhi Ñåña", "Lahi Nana"),
    "Nauruan": ("Ãgir Oñeiya", "Agir Oneiya"),
    "Irish": ("Ó Conchúir", "O Conchuir", "Ó’Conchúir", "O'Conchuir"),
    "Irish in English": ("O’Connor", "O'Connor", "OConnor", "o connor", "O‘Connor", "O´Connor"),
    "Scottish Gaelic": ("Màiri NicDhòmhnaill", "Mairi NicDhomhnaill"),
    "Welsh": ("Siân Llŷr", "Sian Llyr"),
    "Breton": ("Tangi Lec’hvien", "Tangi Lec'hvien", "Tangi Lechvien"),
    "German": ("Jürgen Weiß", "Juergen Weiss", "Jurgen Weiss", "JÜRGEN WEISS"),
    "German, other vowels": ("Jörg Bär", "Joerg Baer", "Jorg Bar"),
    "Dutch": ("Daniël van IJzer", "Daniel van Ĳzer"),
    "Frisian": ("Sjûkje Hânsma", "Sjukje Hansma"),
    "Luxembourgish": ("Zoë Lëtz", "Zoe Letz"),
    "Danish": ("Søren Kjær", "Soren Kjaer", "Soeren Kjaer"),
    "Norwegian": ("Åse Bø", "Aase Boe", "Ase Bo"),
    "Swedish": ("Åke Sjöström", "Aake Sjoestroem", "Ake Sjostrom"),
    "Icelandic": ("Þórður Æðelson", "Thordur Aedelson"),
    "Faroese": ("Jógvan á Høvdanum", "Jogvan a Hovdanum"),
    "Finnish": ("Päivi Hämäläinen", "Paivi Hamalainen"),
    "Estonian": ("Jüri Põder", "Juri Poder", "Jueri Poder"),
    "Latvian": ("Ķēniņš Šķēle", "Kenins Skele"),
    "Lithuanian": ("Žydrūnė Šaltėnaitė", "Zydrune Saltenaite"),
    "Sami": ("Áŋŋa Čáhppe", "Anna Cahppe"),
    "Greenlandic": ("ĸitsuk", "qitsuk"),
    "Polish": ("Łukasz Żółć", "Lukasz Zolc"),
    "Czech": ("Jiří Dvořák", "Jiri Dvorak"),
    "Slovak": ("Ľubomír Kŕč", "Lubomir Krc"),
    "Hungarian": ("Győző Fűtő", "Gyozo Futo"),
    "Slovene": ("Živa Črnič", "Ziva Crnic"),
    "Croatian, Bosnian, Serbian": ("Đorđe Đoković", "Djordje Djokovic", "Dorde Dokovic"),
    "Albanian": ("Çlirim Hoxhë", "Clirim Hoxhe"),
    "Romanian": ("Ștefan Țăran", "Ştefan Ţăran", "Stefan Taran"),
    "Turkish": ("Işıl İnönü", "Isil Inonu", "ISIL INONU"),
    "Azerbaijani": ("Əliyev", "Aliyev"),
    "Maltese": ("Għaż Ħamrun", "Ghaz Hamrun"),
    "Italian": ("Nicolò D’Aquì", "Nicolo D'Aqui", "Nicolo Daqui"),
    "French": ("Hélène Lecœur", "Helene Lecoeur"),
    "Occitan": ("Françés d’Òc", "Frances d'Oc"),
    "Catalan": ("Gal·la Muñoç", "Galla Munoc", "Gaŀla Munoç"),
    "Spanish": ("José Núñez", "Jose Nunez"),
    "Portuguese": ("João Gonçalves", "Joao Goncalves"),
    "Basque": ("Iñaki Ibañez", "Inaki Ibanez"),
    "Galician": ("Begoña Lariño", "Begona Larino"),
    "Vietnamese": ("Nguyễn Thị Đặng", "Nguyen Thi Dang"),
    "Yoruba": ("Ọláṣubọ̀mí", "Olasubomi"),
    "two words or one": ("Anne-Marie", "Anne Marie", "Anne‐Marie", "anne  marie"),
}
PAIRS = [(language, *pair) for language, (one, *others) in SPELLINGS.items() for pair in ((one, o) for o in others)]


def key(name, called="", ref="", phone=""):
    return person_keys(name=name, called=called, ref=ref, phone=phone).search_key


@pytest.mark.parametrize(("language", "one", "other"), PAIRS, ids=[f"{each[0]}: {each[2]}" for each in PAIRS])
def test_two_spellings_of_a_name_find_each_other(language, one, other):
    assert finds(key(one), other)
    assert finds(key(other), one)


ONE_WORD = [pair for pair in PAIRS if len(fold(pair[1]).split()) == len(fold(pair[2]).split())]


@pytest.mark.parametrize(("language", "one", "other"), ONE_WORD, ids=[f"{each[0]}: {each[2]}" for each in ONE_WORD])
def test_two_spellings_of_a_name_are_alike(language, one, other):
    assert likeness_keys(one, "") == likeness_keys(other, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Mere", "Mira"), ("Ana", "Ava"), ("Hansen", "Jansen"), ("Paki", "Pahi"), ("Tui", "Tai"), ("Ngata", "Gata")],
)
def test_two_names_stay_two(one, other):
    assert likeness_keys(one, "") != likeness_keys(other, "")


@pytest.mark.parametrize("name", ["Михаил Ёлкин", "李小龙", "Αθηνά", "محمد", "हिन्दी"])
def test_a_name_in_other_letters_is_found_by_itself(name):
    assert finds(key(name), name)


@pytest.mark.parametrize("part", ["S", "Sa", "Samu", "Samue", "Samuel", "amuel", "uel", "el"])
def test_a_name_is_found_by_every_part_of_it(part):
    assert finds(key("Samuel"), part)


@pytest.mark.parametrize("words", ["O'Connor", "O’Connor", "oconnor", "o connor", "connor ana", "Anahera O'Con"])
def test_all_words_have_to_be_found(words):
    assert finds(key("Anahera O’Connor"), words)
    assert not finds(key("Anahera O’Connor"), f"{words} tom")


def test_order_is_that_of_the_alphabet_whatever_the_marks():
    assert sorted(["Zoë", "Ōhura", "Åse", "O’Brien", "Ørsted", "Eve", "Émile", "Abel"], key=fold) == [
        *("Abel", "Åse", "Émile", "Eve", "O’Brien", "Ōhura", "Ørsted", "Zoë")
    ]


@pytest.mark.parametrize("name", [name for names in SPELLINGS.values() for name in names])
def test_folding_again_changes_nothing(name):
    assert fold(fold(name)) == fold(name)
    assert loosen(loosen(fold(name))) == loosen(fold(name))


# Codes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["NGATA", "Ngata", "ngata ", " nga ta", "NGĀTA", "n-gata", "Ngata."])
def test_a_code_is_one_whatever_its_case_spaces_and_signs(code):
    assert fold_code(code) == "ngata"


@pytest.mark.parametrize(
    ("one", "other"), [("1-12", "11-2"), ("1 12", "112"), ("F1", "F2"), ("-", "--"), ("#", "*"), ("A-1 1", "A-11")]
)
def test_two_codes_stay_two(one, other):
    assert fold_code(one) != fold_code(other)


@pytest.mark.parametrize("typed", ["H047", "h047", "H-047", "h 047", "047", "H04", "H 0"])
def test_a_reference_and_a_part_of_it_find_somebody(typed):
    assert finds(key("Mere Paki", ref="H047"), typed)


@pytest.mark.parametrize("typed", ["2024-17", "2024/17", "2024 17", "202417"])
def test_a_reference_of_figures_is_found_however_it_is_divided(typed):
    assert finds(key("Mere Paki", ref="2024-17"), typed)


# Telephone numbers ---------------------------------------------------------------------------------------------------

WRITTEN = ["021 555 0147", "+64 21 555 0147", "+64 (0)21 555 0147", "021-555-0147", "0064 21 555 0147", "(021) 5550147"]


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("typed", [*WRITTEN, "0147", "555 0147", "5550147", "21 555 0147"])
def test_a_phone_is_found_in_any_spelling_and_by_its_end(written, typed):
    assert finds(key("Mere Paki", phone=written), typed)


@pytest.mark.parametrize(
    ("written", "typed"), [("021 555 0147", "021"), ("+64 21 555 0147", "+64 21"), ("(09) 555 2222", "(09)")]
)
def test_a_phone_is_found_by_how_it_begins(written, typed):
    assert finds(key("Mere Paki", phone=written), typed)


def test_every_number_of_somebody_finds_them():
    found = key("Mere Paki", phone="021 555 014 / 09 555 222")
    assert finds(found, "021 555 014") and finds(found, "09 555 222") and not finds(found, "0140")


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("021 555 0142", ["+64215550142"]),
        ("021 555 014 / 09 555 2222", ["+6421555014", "+6495552222"]),
        ("021 555 014/09 555 2222", ["+6421555014", "+6495552222"]),
        ("021 555 014, 09 555 2222 (work)", ["+6421555014", "+6495552222"]),
        ("home 09 555 2222 or mobile 021-555-0143", ["+6495552222", "+64215550143"]),
        ("+64 (0)21 555 0142", ["+64215550142"]),
        ("0064 21 555 0142", ["+64215550142"]),
        ("+61 2 5550 1234", ["+61255501234"]),
        ("(09) 555 2222", ["+6495552222"]),
        ("09 555 2222 ext 14", ["+6495552222"]),
        ("111", []),
        ("ask her mum", []),
        ("", []),
    ],
)
def test_each_number_is_dialled_by_itself(written, dialled):
    assert [dial.dialled for dial in phones.dials(written, "NZ-AUK")] == dialled


@pytest.mark.parametrize(
    ("written", "region", "dialled"),
    [
        ("020 7946 0958 / 07700 900123", "GB-ENG", ["+442079460958", "+447700900123"]),
        ("030/5550 1234", "DE", ["+493055501234"]),
        ("02 5550 1234", "AU-NSW", ["+61255501234"]),
    ],
)
def test_a_number_without_a_country_is_of_the_services_own(written, region, dialled):
    assert [dial.dialled for dial in phones.dials(written, region)] == dialled


def test_a_landline_is_called_and_not_texted():
    mobile, landline = phones.dials("021 555 0147 / 09 379 2222", "NZ")
    assert mobile.takes_texts and not landline.takes_texts


# Nobody is called by the first word of their name ----------------------------------------------------------------------

CUT = re.compile(
    r"name\.(split|partition|rpartition|rsplit)\(|first_?name|name\|(truncatewords|first|cut|slice)", re.IGNORECASE
)


def test_no_sentence_takes_the_first_word_of_a_name():
    """A sentence says `Client.short_name`; of a member the whole name. Who drops in may leave nothing but a first name."""
    files = [*(module.path for module in sources.modules()), *(sources.ROOT / "templates").rglob("*.html")]
    files = [path for path in files if "drop_in" not in f"{path}{path.read_text(encoding='utf-8')}".lower()]
    assert not [f"{path}: {found[0]}" for path in files for found in CUT.finditer(path.read_text(encoding="utf-8"))]
