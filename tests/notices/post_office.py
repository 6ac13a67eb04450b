"""A small mail server that can be told to misbehave, one connection after another, and that may offer encryption."""

import socket
import socketserver
import ssl
import threading
from email import message_from_bytes
from email.policy import default


class PostOffice(socketserver.ThreadingTCPServer):
    """
    Takes mail on a port of its own; ``moods`` say how the next connections are treated, then all is well.

    ``greylist`` 451 to the receiver · ``nobody`` 550 to the receiver · ``full`` 452 to the words · ``hang`` no answer after
    the words · ``drop`` takes the mail, says so, and hangs up · ``vanish`` takes the mail and hangs up without saying so

    :param starttls: a context, with which it offers to go on encrypted; ``clear`` holds what came before that
    :param tls: a context, with which it speaks from the first byte
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None):
        super().__init__(("127.0.0.1", 0), Counter)
        self.starttls, self.tls = starttls, tls
        self.moods: list[str] = []
        self.mail = []
        self.clear: list[bytes] = []
        self.logins: list[bytes] = []
        self.released = threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.released.set()
        self.shutdown()
        self.server_close()


class Counter(socketserver.StreamRequestHandler):
    def setup(self):
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.encrypted = bool(self.server.tls)
        super().setup()

    def handle(self):
        mood = self.server.moods.pop(0) if self.server.moods else "well"
        self.say("220 post office")
        while line := self.hear():
            verb = line[:4].upper().strip()
            if verb == b"EHLO":
                offers = ["AUTH PLAIN", *(["STARTTLS"] if self.server.starttls and not self.encrypted else [])]
                self.say("\r\n".join(["250-post office", *(f"250-{each}" for each in offers[1:]), f"250 {offers[0]}"]))
            elif verb == b"STAR" and self.server.starttls:
                self.say("220 go on")
                self.encrypt()
            elif verb == b"AUTH":
                self.server.logins.append(line)
                self.say("235 known")
            elif verb == b"RCPT" and mood in {"greylist", "nobody"}:
                self.say("451 come again later" if mood == "greylist" else "550 no such mailbox")
            elif verb == b"DATA":
                self.say("354 go on")
                if not self.take(mood):
                    return
            elif verb == b"QUIT":
                self.say("221 goodbye")
                return
            else:
                self.say("250 yes")

    def finish(self):
        super().finish()
        self.connection.close()  # the server closes the socket it has accepted, not the one wrapped around it

    def encrypt(self) -> None:
        self.rfile.close()
        self.wfile.close()
        self.connection = self.server.starttls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.encrypted = True

    def hear(self) -> bytes:
        line = self.rfile.readline()
        if not self.encrypted:
            self.server.clear.append(line)
        return line

    def take(self, mood: str) -> bool:
        """Take the words of a mail; return whether the conversation goes on."""
        words = b""
        while (line := self.hear()) != b".\r\n":
            words += line
        if mood == "full":
            self.say("452 the cupboard is full")
            return True
        if mood == "hang":
            self.server.released.wait()
            return False
        self.server.mail.append(message_from_bytes(words, policy=default))
        if mood == "vanish":
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self.say("250 taken")
        return mood != "drop"

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
