"""docs/protocol.md, broadcast.v1+json from top to bottom, with nothing but Python's standard library.

    python3 client.py 127.0.0.1:8080

against a server with broadcast.log.entries=20, so that there is a gap. Prints each step; status 0 if all was as it stands there.
"""
import base64
import hashlib
import json
import os
import re
import socket
import struct
import sys

FORM = "broadcast.v1+json"
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Connection:
    """A WebSocket (RFC 6455) that speaks text."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.stream = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((
            f"GET /ws HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {FORM}\r\n\r\n").encode())
        status = self.stream.readline()
        assert status.startswith(b"HTTP/1.1 101 "), status
        fields = {}
        while (line := self.stream.readline().decode().strip()):
            name, value = line.split(":", 1)
            fields[name.lower()] = value.strip()
        assert fields["sec-websocket-accept"] == base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert fields["sec-websocket-protocol"] == FORM, fields

    def frame(self, opcode, payload):
        mask = os.urandom(4)
        length = len(payload)
        header = bytes([0x80 | opcode])
        if length < 126:
            header += bytes([0x80 | length])
        elif length < 65536:
            header += struct.pack("!BH", 0x80 | 126, length)
        else:
            header += struct.pack("!BQ", 0x80 | 127, length)
        self.socket.sendall(header + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)))

    def send(self, text):
        self.frame(1, text.encode())

    def read(self):
        """The next text, or the code of a close frame."""
        while True:
            first, second = self.stream.read(2)
            assert first & 0x70 == 0 and first & 0x80 and not second & 0x80
            length = second & 0x7F
            if length == 126:
                length, = struct.unpack("!H", self.stream.read(2))
            elif length == 127:
                length, = struct.unpack("!Q", self.stream.read(8))
            payload = self.stream.read(length)
            opcode = first & 0x0F
            if opcode == 1:
                return payload.decode()
            if opcode == 8:
                return struct.unpack("!H", payload[:2])[0]
            if opcode == 9:
                self.frame(10, payload)

    def drop(self):
        """Gone without a word: a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()
        self.socket.close()


class Member:
    """A client: its token, where it is, who is here, and what it has said that is not answered."""

    def __init__(self, address, name):
        self.address, self.name = address, name
        self.welcome, self.seq, self.n, self.unanswered, self.here = None, 0, 0, {}, {}

    def hello(self):
        self.connection = Connection(self.address)
        hello = {"type": "hello", "name": self.name}
        if self.welcome:
            hello["resume"] = {"token": self.welcome["token"], "epoch": self.welcome["epoch"], "seq": self.seq}
        self.send(hello)
        same = self.welcome
        self.welcome = self.hear()
        assert self.welcome["type"] == "welcome", self.welcome
        assert re.fullmatch("[A-Za-z0-9_-]{22}", self.welcome["token"])
        if self.welcome["resumed"]:
            assert self.welcome["seq"] == self.seq and self.welcome["token"] == same["token"], self.welcome
            assert self.welcome["you"] == same["you"] and "members" not in self.welcome
        else:
            self.seq = self.welcome["seq"]
            self.know(self.welcome)
            joined = self.hear()
            assert (joined["type"], joined["seq"], joined["who"]) == ("joined", self.welcome["seq"] + 1, self.welcome["you"]), joined
        if same and same["epoch"] == self.welcome["epoch"]:
            for frame in self.unanswered.values():
                self.send(frame)
        return self

    def send(self, frame):
        self.connection.send(frame if isinstance(frame, str) else json.dumps(frame))

    def ask(self, type, **fields):
        """Sends a numbered frame; it is unanswered until there is an answer."""
        self.n += 1
        self.unanswered[self.n] = {"type": type, **fields, "n": self.n}
        self.send(self.unanswered[self.n])
        return self.n

    def know(self, frame):
        self.here = {who["id"]: who["name"] for who in frame["members"]}
        assert len(self.here) == frame["memberCount"]

    def hear(self):
        text = self.connection.read()
        if isinstance(text, int):
            return {"type": "closed", "code": text}
        frame = json.loads(text)
        assert next(iter(frame)) == "type", text
        kind = frame["type"]
        if kind in ("message", "joined", "left", "renamed", "presence") and "seq" in frame:
            assert frame["seq"] == self.seq + 1, (self.seq, text)
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", frame["time"])
            self.seq = frame["seq"]
        if kind in ("joined", "renamed"):
            self.here[frame["who"]["id"]] = frame["who"]["name"]
        elif kind == "left":
            del self.here[frame["who"]["id"]]
        elif kind == "gap":
            assert frame["from"] == self.seq + 1 and frame["missed"] == frame["to"] - frame["from"] + 1, text
            self.seq = frame["to"]
        elif kind == "members":
            self.know(frame)
        elif kind == "ack" or kind == "error" and "n" in frame:
            self.unanswered.pop(frame["n"], None)
            assert frame.get("seq", 0) <= self.seq, text
        return frame

    def hears(self, kind, **fields):
        frame = self.hear()
        assert frame["type"] == kind and fields.items() <= frame.items(), f"{self.name} heard {frame} and not {kind} {fields}"
        return frame

    def hears_own(self, text, n):
        """Its own line, and then the answer."""
        said = self.hears("message", text=text, n=n)
        self.hears("ack", n=n, seq=said["seq"])
        return said["seq"]

    def hears_nothing_more(self):
        self.send({"type": "ping"})
        self.hears("pong")


def main(address):
    alice = Member(address, "Alice").hello()
    bob = Member(address, "Bob").hello()
    assert alice.welcome["epoch"] == bob.welcome["epoch"]
    alice.hears("joined", who=bob.welcome["you"])
    step("hello")

    first = bob.ask("say", text="hi\nthere \U0001f600")
    seq = bob.hears_own("hi\nthere \U0001f600", first)
    alice.hears("message", text="hi\nthere \U0001f600", seq=seq)
    step("say and ack")

    bob.connection.drop()
    for text in ("one", "two"):
        alice.hears_own(text, alice.ask("say", text=text))
    step("drop")

    bob.hello()
    assert bob.welcome["resumed"]
    for text in ("one", "two"):
        bob.hears("message", text=text)
    bob.hears_nothing_more()
    alice.hears_nothing_more()
    step("resume and replay")

    bob.send({"type": "say", "text": "hi again", "n": first})
    bob.hears("ack", n=first, seq=seq)
    alice.hears_nothing_more()
    step("the same n twice")

    # Perhaps it has been said, perhaps not: nobody knows before the answer.
    n = bob.ask("say", text="three")
    bob.connection.drop()
    bob.hello()
    bob.hears_own("three", n)
    alice.hears("message", text="three", n=n)
    alice.hears_nothing_more()
    step("said once though it was dropped")

    bob.connection.drop()
    for n in range(100):
        alice.hears_own(str(n), alice.ask("say", text=str(n)))
    bob.hello()
    assert bob.welcome["resumed"]
    gap = bob.hears("gap")
    while (heard := bob.hear())["type"] == "message":
        pass
    assert heard["type"] == "members" and heard["seq"] == alice.seq == bob.seq, heard
    assert gap["missed"] >= 80 and bob.here == alice.here
    step("gap and members")

    n = bob.ask("rename", name="Bobby")
    bob.hears("renamed", who={"id": bob.welcome["you"]["id"], "name": "Bobby"}, was="Bob")
    bob.hears("ack", n=n, seq=bob.seq)
    n = bob.ask("rename", name="alice")
    bob.hears("error", code="name-taken", n=n)
    alice.hears("renamed", was="Bob")
    bob.ask("whisper", to="Alice", text="psst")
    assert "seq" not in bob.hears("ack", n=bob.n)
    alice.hears("whisper", text="psst")
    bob.send({"type": "who"})
    assert bob.hears("members", memberCount=2)["seq"] == bob.seq
    bob.send({"type": "history", "limit": 2})
    assert [fact["type"] for fact in bob.hears("history", more=True)["facts"]] == ["message", "renamed"]
    bob.send("nonsense")
    bob.hears("error", code="bad-request")
    step("rename, whisper, who, history, errors")

    token = bob.welcome
    bob.send({"type": "leave"})
    bob.hears("closed", code=1000)
    alice.hears("left", reason="quit")
    bob.hello()
    assert not bob.welcome["resumed"] and bob.welcome["you"]["id"] != token["you"]["id"]
    assert bob.here == {alice.welcome["you"]["id"]: "Alice", bob.welcome["you"]["id"]: "Bob"}
    step("leave")


def step(what):
    print(what, flush=True)


main(sys.argv[1])
