"""Where the web server listens, and under which names it may be asked for."""

import errno
import ipaddress
import os
import socket
from dataclasses import dataclass

from peerload.local import Refusal


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @classmethod
    def chosen(cls) -> "Address":
        """
        Return HOST and PORT, by default 127.0.0.1 and 8000.

        :raises Refusal: if PORT is no port
        """
        said = os.environ.get("PORT") or "8000"
        if not (said.isascii() and said.isdigit() and 0 < int(said) < 65536):
            raise Refusal(f"PORT is {said!r}; it has to be a number from 1 to 65535.")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(said))

    @property
    def is_for_all(self) -> bool:
        return self.host in ("0.0.0.0", "::")

    @property
    def is_for_this_machine(self) -> bool:
        """Return whether no other machine can reach it."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """Return the address a browser on this machine opens."""
        return f"http://127.0.0.1:{self.port}" if self.is_for_all else f"http://{self.bind}"

    def allowed_hosts(self) -> list[str]:
        """Return the names under which this machine may be asked for."""
        names = ["localhost", "127.0.0.1", "[::1]", f"[{self.host}]" if ":" in self.host else self.host]
        if self.is_for_all:
            names += [socket.gethostname(), *_own_addresses()]
        return list(dict.fromkeys(names))

    def check_free(self) -> None:
        """
        Try the port.

        :raises Refusal: if it is taken or not ours to take
        """
        try:
            with socket.create_server(
                (self.host, self.port), family=socket.AF_INET6 if ":" in self.host else socket.AF_INET
            ):
                pass
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "is taken by another program" if taken else f"cannot be used ({os.strerror(error.errno)})"
            raise Refusal(
                f"Port {self.port} on {self.host} {why}: choose another one, for example "
                f"PORT={self.port % 60000 + 1000} make run."
            ) from None


def _own_addresses() -> list[str]:
    try:
        return socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return []
