"""A small mail server that can be told to misbehave, one connection after another."""

import socket
import socketserver
import threading
from email import message_from_bytes
from email.policy import default


class PostOffice(socketserver.ThreadingTCPServer):
    """
    Takes mail on a port of its own; ``moods`` say how the next connections are treated, then all is well.

    ``greylist`` 451 to the receiver · ``nobody`` 550 to the receiver · ``full`` 452 to the words · ``hang`` no answer after
    the words · ``drop`` takes the mail, says so, and hangs up · ``vanish`` takes the mail and hangs up without saying so
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Counter)
        self.moods: list[str] = []
        self.mail = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.released.set()
        self.shutdown()
        self.server_close()


class Counter(socketserver.StreamRequestHandler):
    def handle(self):
        mood = self.server.moods.pop(0) if self.server.moods else "well"
        self.say("220 post office")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"RCPT" and mood in {"greylist", "nobody"}:
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

    def take(self, mood: str) -> bool:
        """Take the words of a mail; return whether the conversation goes on."""
        words = b""
        while (line := self.rfile.readline()) != b".\r\n":
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
