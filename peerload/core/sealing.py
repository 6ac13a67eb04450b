"""
Words sealed for one owner: database, dumps and backups reveal nothing of them.

Each owner's key is drawn from the service's private keys, so that one author's words cannot be read as another's. The first
private key seals; the others only unseal what was sealed before (`manage.py reseal` seals it with the first).
"""

from base64 import urlsafe_b64encode
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

STEP = 256  # bytes: a length is rounded up to this, so that it reveals little
COUNT = 4  # bytes in front, saying how many are words
NO_TIME = 0  # a token has its time in clear; the hour a member writes at is private


class Unreadable(Exception):
    """The words are sealed for another owner, with a private key that is not here, or are damaged."""


def seal(text: str, *, owner: UUID | str) -> bytes:
    """Return a text sealed for its owner with the first private key."""
    return _keys(owner).encrypt_at_time(_padded(text), NO_TIME)


def unseal(data: bytes | memoryview, *, owner: UUID | str) -> str:
    """
    Return the words sealed for this owner.

    :raises Unreadable: if they are sealed for another owner, or none of the private keys opens them
    """
    try:
        padded = _keys(owner).decrypt(bytes(data))
    except InvalidToken:
        raise Unreadable from None
    length = int.from_bytes(padded[:COUNT], "big")
    return padded[COUNT : COUNT + length].decode()


def resealed(data: bytes | memoryview, *, owner: UUID | str) -> bytes:
    """
    Return what is sealed in some data, sealed again with the first private key.

    :raises Unreadable: as `unseal` does
    """
    return seal(unseal(data, owner=owner), owner=owner)


def _padded(text: str) -> bytes:
    words = text.encode()
    whole = len(words).to_bytes(COUNT, "big") + words
    return whole.ljust(-(-len(whole) // STEP) * STEP, b"\x00")


def _keys(owner: UUID | str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key, owner))) for key in settings.PRIVATE_KEYS])


def _derived(private_key: str, owner: UUID | str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"peerload.core.sealing {owner}".encode())
    return made.derive(private_key.encode())
