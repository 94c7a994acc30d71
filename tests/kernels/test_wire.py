"""Messages and descriptors over a Unix socket."""

import os
import socket
import threading

import pytest

from gradmagic.kernels import _wire


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, _wire.Inbox(theirs)


def test_a_message_arrives_whole_however_it_is_cut(pair):
    ours, inbox = pair
    for piece in (b'{"a"', b": 1}\n{", b'"b": 2}\n'):
        ours.sendall(piece)
        assert inbox.receive()
    assert list(inbox.messages()) == [{"a": 1}, {"b": 2}]
    assert list(inbox.messages()) == []


def test_a_long_message_arrives(pair):
    ours, inbox = pair
    message = {"environment": {f"NAME_{i}": "x" * 1000 for i in range(1500)}}
    sender = threading.Thread(target=_wire.send, args=(ours, message))
    sender.start()
    got = []
    while not got:
        inbox.receive()
        got = list(inbox.messages())
    sender.join()
    assert got == [message]


def test_descriptors_arrive_and_are_not_inherited(pair):
    ours, inbox = pair
    reading, writing = os.pipe()
    _wire.send(ours, {}, [writing])
    os.close(writing)
    inbox.receive()
    (received,) = inbox.take()
    assert inbox.take() == []
    assert not os.get_inheritable(received)
    os.write(received, b"through")
    os.close(received)
    assert os.read(reading, 100) == b"through"
    os.close(reading)


def test_descriptors_that_nobody_takes_are_closed(pair):
    ours, inbox = pair
    reading, writing = os.pipe()
    _wire.send(ours, {}, [writing])
    os.close(writing)
    inbox.receive()
    inbox.close()
    assert os.read(reading, 1) == b"", "the writing end is still open somewhere"
    os.close(reading)


def test_the_reader_may_leave_as_soon_as_it_has_everything():
    """A send that has delivered all must not fail because the other end has closed since."""
    for _ in range(200):
        ours, theirs = socket.socketpair()
        reader = threading.Thread(target=lambda end=theirs: (end.recv(100), end.close()))
        reader.start()
        _wire.send(ours, {"ask": "kernel"}, [0])
        reader.join()
        ours.close()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [(b"[1]\n", "a JSON object was expected, not list"), (b"{nonsense\n", "Expecting property name")],
)
def test_what_is_not_a_message_is_refused(pair, line, complaint):
    ours, inbox = pair
    ours.sendall(line)
    inbox.receive()
    with pytest.raises(ValueError, match=complaint):
        list(inbox.messages())


def test_a_message_without_end_is_refused(pair, monkeypatch):
    ours, inbox = pair
    monkeypatch.setattr(_wire, "LONGEST", 1000)
    ours.sendall(b"x" * 1001)
    with pytest.raises(ValueError, match="more than 1000 bytes"):
        inbox.receive()


def test_the_sender_is_told_by_the_system(pair):
    ours, inbox = pair
    inbox.connection.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    child = os.fork()
    if not child:
        _wire.send(ours, {"started": True})
        os._exit(0)
    os.waitpid(child, 0)
    inbox.receive()
    assert inbox.sender == child
    assert _wire.peer_user(ours) == os.geteuid()
