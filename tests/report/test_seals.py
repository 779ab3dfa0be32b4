"""What the cover says of signature and time stamp."""

from __future__ import annotations

from auditlib.report.cover.seals import seals

KEY = {"kind": "ED25519", "fingerprint": "SHA256:abc"}


def test_a_cover_says_what_was_asked_for_and_not_what_came_of_it():
    """It is sealed before either is made; a package that asks for neither has none of it."""
    assert seals({}) == []
    signature, stamp = seals({"seal": {"signing_key": KEY, "timestamp_url": "https://tsa.example.com"}})
    assert "ED25519 key SHA256:abc" in signature.says
    assert "made after this page" in signature.says
    assert "https://tsa.example.com" in stamp.says
    assert seals({"seal": {"timestamp_url": "https://tsa.example.com"}}) == [stamp]
    assert seals({"seal": {"signing_key": KEY}}) == [signature]


def test_what_is_proved_and_what_not_stands_side_by_side():
    """Who, by a key; since when, by an authority; neither says what the other does."""
    signature, stamp = seals({"seal": {"signing_key": KEY, "timestamp_url": "https://tsa.example.com"}})
    assert signature.not_proved.startswith("It does not prove when")
    assert "not later than" in stamp.proves
    assert all("tagmanifest-sha256.txt" in command for one in (signature, stamp) for command in one.commands)
