"""What the native parser of forms with files gives Python of one feed."""

import pytest

from sixlane._engine import MultipartParser

HEADERS = b'Content-Disposition: form-data; name="a"; filename="a"'
HEAD = b"--B\r\n" + HEADERS + b"\r\n\r\n"
END = b"\r\n--B--\r\n"
# Each is the delimiter but for its last byte, which says that it is content.
CONTENT = b"\r\n--Bx" * 10_000


def test_content_full_of_delimiters_comes_in_one_piece() -> None:
    """Each piece is a write to the file, so that a client must not be able to have it cut small."""
    events, is_valid = MultipartParser(b"B").feed(HEAD + CONTENT + END)
    assert is_valid
    head, *content = events
    assert isinstance(head, list)
    assert content == [CONTENT, None]


def test_content_of_a_feed_is_given_as_it_is() -> None:
    """A file is not copied once more on its way to the disk."""
    parser = MultipartParser(b"B")
    parser.feed(HEAD)
    fed = b"content"
    assert parser.feed(fed)[0][0] is fed


@pytest.mark.parametrize("size", range(1, 20))
def test_each_feed_gives_one_piece_at_most(size: int) -> None:
    """Also where a feed ends within what may be a delimiter, which is content after all."""
    body = HEAD + CONTENT[:600] + END
    parser = MultipartParser(b"B")
    pieces = []
    for start in range(0, len(body), size):
        events, is_valid = parser.feed(body[start : start + size])
        assert is_valid
        content = [event for event in events if isinstance(event, bytes)]
        assert len(content) <= 1
        pieces += content
    assert parser.is_complete
    assert b"".join(pieces) == CONTENT[:600]
