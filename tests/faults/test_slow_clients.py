"""Somebody slow holds up nobody else: against the processes that docker-compose.yml describes, started by hand."""

import http.client
import signal
import threading

import pytest
from django.db import connection

from peerload.audit.models import Entry
from peerload.web import IDLE, MOST_BYTES, MOST_CONNECTIONS, NEW, SLOWEST_REQUEST, let_go
from tests.slow_clients import HEAD, KINDS, ask, assert_others_are_answered, kept_alive, sent

from .conftest import environment, serving, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def lasting(django_db_setup, static_root):
    """A site that several tests ask; none of them needs the broker."""
    with serving(static_root, environment(REDIS_URL="redis://127.0.0.1:1/0")) as site:
        yield site


def test_others_are_answered_while(lasting, worker):
    web = lasting
    cookies = "; ".join(f"{name}={value}" for name, value in web.sign_in(worker).cookies.items())
    people = "/people/?q=a", {"Cookie": cookies}  # a page that asks the database
    ask(web.port), ask(web.port, *people)  # the first page is slower: templates are read
    for kind, what in KINDS.items():
        with sent(what, times=20, port=web.port):
            print(kind)
            assert_others_are_answered(web.port, people)

    for what in (b"", HEAD):
        with sent(what, times=MOST_CONNECTIONS + 200, port=web.port):
            print(what[:3])
            assert_others_are_answered(web.port, people)
    with kept_alive(times=MOST_CONNECTIONS + 200, port=web.port):
        assert_others_are_answered(web.port, people)


def test_too_much_at_once_is_refused_with_a_sentence(lasting):
    line = http.client.HTTPConnection("127.0.0.1", lasting.port, timeout=10)
    line.putrequest("POST", "/account/login/")
    line.putheader("Content-Length", str(MOST_BYTES + 1))
    line.endheaders()
    answer = line.getresponse()
    assert answer.status == 413 and b"This is more than 32 MB. Go back and send less at a time." in answer.read()
    line.close()


def test_a_page_that_is_being_made_is_finished_before_the_server_stops(web, worker):
    web.sign_in(worker)
    web.get("/")
    held = connection.copy()
    held.set_autocommit(False)
    with held.cursor() as cursor:
        cursor.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
    found = []
    page = threading.Thread(target=lambda: found.append(web.get("/")))
    page.start()
    wait_until(lambda: waiting_for_a_lock())
    web.process.send_signal(signal.SIGTERM)
    wait_until(lambda: refuses(web.port))
    held.rollback()
    held.close()
    page.join(20)

    assert found and found[0][0] == 200
    web.process.wait(20)
    assert web.process.returncode == 0


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def refuses(port: int) -> bool:
    try:
        ask(port, "/healthz")
    except OSError:
        return True
    return False


def test_what_a_proxy_says_of_a_request_is_believed_where_it_is_ours(transactional_db, static_root):
    env = environment(REDIS_URL="redis://127.0.0.1:1/0", PEERLOAD_PROXY="1")
    said = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    with serving(static_root, env, base_url="https://localhost") as web:
        assert ask(web.port)[0] == 301, "in clear: to https"
        assert ask(web.port, headers=said)[0] == 200
        web.cookies, web.headers = {"__Host-csrf": "a" * 32}, said | {"Referer": "https://localhost/"}
        web.post("/account/login/", {"login": "nobody@example.org", "password": "wrong"})

    assert Entry.objects.get(what="sign_in_failed").address == "198.51.100.7"


class Channel:
    """A connection on which something has been waited for so many seconds; ``None`` while a request is answered."""

    will_close = False

    def __init__(self, seconds: float | None, *, is_unused: bool = False):
        self.waiting_since = None if seconds is None else 1000 - seconds
        self.is_unused = is_unused


def test_a_request_that_never_ends_is_let_go_and_one_that_arrives_is_not():
    on_its_way, endless, answered = Channel(IDLE), Channel(SLOWEST_REQUEST + 1), Channel(None)
    let_go([on_its_way, endless, answered, Channel(NEW + 1, is_unused=True)], 1000)
    assert [each.will_close for each in (on_its_way, endless, answered)] == [False, True, False]


def test_where_there_are_too_many_the_unused_are_closed_first_then_those_that_have_been_sending_longest():
    answered, unused = [Channel(None) for _ in range(10)], [Channel(NEW + n, is_unused=True) for n in range(1, 5)]
    new = [Channel(NEW, is_unused=True), Channel(0, is_unused=True)]
    sending = [Channel(NEW + n) for n in range(1, MOST_CONNECTIONS)]
    too_many = 10 + 4 + 2 + len(sending) - MOST_CONNECTIONS

    let_go([*answered, *new, *unused, *sending], 1000)

    assert all(each.will_close for each in [*unused, *sending[4 - too_many :]])
    assert not any(each.will_close for each in [*answered, *new, *sending[: 4 - too_many]])


def test_where_there_are_too_many_unused_the_longest_unused_are_closed():
    unused = [Channel(n, is_unused=True) for n in range(MOST_CONNECTIONS + 10)]
    let_go(unused, 1000)
    assert [each for each in unused if each.will_close] == unused[-10:]
