"""Looking for a sentence as a thief would: in whatever was copied, unpacked and decoded as far as anybody can without keys."""

import base64
import binascii
import io
import os
import re
import subprocess
import zipfile
import zlib
from collections.abc import Iterator

from django.db import connection
from pypdf import PdfReader

from peerload.celery import app
from peerload.local import postgres

HEX = re.compile(rb"(?:[0-9a-f]{2}){12,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
DEEP = 4  # packed in something packed in something: a session in the dump is twice


def holds(taken: str | bytes, sentence: str) -> bool:
    """Return whether a sentence stands in what was taken, however it was packed."""
    return any(sentence.encode() in layer for layer in _layers(taken.encode() if isinstance(taken, str) else taken))


def _layers(raw: bytes, depth: int = DEEP) -> Iterator[bytes]:
    """Yield bytes and whatever they are a packing of: workbook, pdf, hex, base64, deflated."""
    yield raw
    for inner in _unpacked(raw) if depth else ():
        yield from _layers(inner, depth - 1)


def _unpacked(raw: bytes) -> Iterator[bytes]:
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as workbook:
            yield from map(workbook.read, workbook.namelist())
        return
    if raw.startswith(b"%PDF"):
        pdf = PdfReader(io.BytesIO(raw))
        said = " ".join(page.extract_text() for page in pdf.pages)
        yield f"{' '.join(said.split())} {pdf.metadata}".encode()
        return
    try:
        yield zlib.decompressobj().decompress(raw)  # as far as it goes: the last letters of a base64 may be missing
    except zlib.error:
        pass
    for found in HEX.findall(raw):
        yield binascii.unhexlify(found)
    for found in BASE64.findall(raw):
        whole = found[: len(found) // 4 * 4].translate(bytes.maketrans(b"-_", b"+/"))
        yield base64.b64decode(whole)


def dump() -> bytes:
    """Return the whole database as `pg_dump` writes it in plain text; it sees what is committed."""
    of = connection.settings_dict
    program = postgres.bundled() / "bin/pg_dump"
    where = {"PGHOST": of["HOST"], "PGPORT": of["PORT"], "PGUSER": of["USER"], "PGPASSWORD": of["PASSWORD"]}
    taken = subprocess.run(
        [program, "--format=plain", f"--dbname={of['NAME']}"],
        env={"PATH": os.environ["PATH"], **{name: str(value) for name, value in where.items()}},
        capture_output=True,
    )
    assert taken.returncode == 0, taken.stderr.decode()
    return taken.stdout


def leave_with_broker(words: str) -> None:
    """Leave words for a minute, to be found by a thief."""
    with app.connection_for_write() as line:
        line.default_channel.client.set("left by the tests", words, ex=60)


def broker() -> str:
    """Return everything the broker keeps."""
    with app.connection_for_read() as line:
        client = line.default_channel.client
        return "\n".join(f"{key} {_kept(client, key)}" for key in client.scan_iter())


def _kept(client, key: bytes):
    read = {
        b"string": lambda: client.get(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"hash": lambda: client.hgetall(key),
    }
    return read[client.type(key)]()
