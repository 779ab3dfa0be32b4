"""The forms in which a Jira may answer one and the same question, each with its choices and its source.

Sites differ in what Atlassian's documents leave open. Each form is chosen by name; the first of its values is the one that
live sites are said to use, as far as anybody says so. The facts stand in docs/jira.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Dialect: TypeAlias = Literal["cloud", "data-center"]

_CLOUD: tuple[Dialect, ...] = ("cloud",)
_CENTER: tuple[Dialect, ...] = ("data-center",)
_BOTH: tuple[Dialect, ...] = ("cloud", "data-center")

NEWEST = 5
"""How many entries of a history ``history-expand`` leaves, where it leaves the newest only."""


@dataclass(frozen=True)
class Form:
    """One thing that sites do in several ways.

    Attributes
    ----------
    name : str
        By which it is chosen; a name may stand twice, once for each dialect.
    dialects : tuple of {"cloud", "data-center"}
        Which Jira does it.
    choices : tuple of str
        What it can be; the first is the default.
    says : str
        One sentence on what differs.
    source : str
        Who says that a Jira does so: the labels of docs/jira.md.
    """

    name: str
    dialects: tuple[Dialect, ...]
    choices: tuple[str, ...]
    says: str
    source: str

    @property
    def default(self) -> str:
        """The value where none is chosen."""
        return self.choices[0]


FORMS: tuple[Form, ...] = (
    # searching
    Form(
        "search-page",
        _BOTH,
        ("usual", "50", "1"),
        "The most issues with fields on a page, whatever is asked for.",
        "[field] Cloud 100; [spec] Data Center: the administrator's choice",
    ),
    Form(
        "keys-page", _CLOUD, ("5000", "100"), "The most issues on a page of ids or keys alone.", "[spec] 5000 at most"
    ),
    Form(
        "search-repeats",
        _CLOUD,
        ("none", "same-page", "next-page"),
        "The last issue of a page of search/jql comes twice.",
        "[field] clients count issues once",
    ),
    Form(
        "empty-page",
        _CLOUD,
        ("none", "first"),
        "The first page of search/jql holds no issue and a token.",
        "[spec] only the token tells the end",
    ),
    Form(
        "token-end",
        _CLOUD,
        ("absent", "null"),
        "nextPageToken on the last page of a search or of histories.",
        "[spec] absent; [field] null",
    ),
    Form(
        "is-last",
        _CLOUD,
        ("present", "absent", "always-true", "token-after-last"),
        "isLast of search/jql: left out, true beside a token that leads on, or true beside one that repeats the page.",
        "[field] tests of public clients",
    ),
    # histories
    Form(
        "history-created",
        _CLOUD,
        ("milliseconds", "seconds", "text"),
        "The time of an entry of changelog/bulkfetch.",
        "[field] milliseconds since 1970, several clients; [spec] seconds in the example, text in the schema",
    ),
    Form(
        "history-page",
        _CLOUD,
        ("as-asked", "7"),
        "How many entries changelog/bulkfetch grants at most.",
        "[field] fewer than asked for",
    ),
    Form(
        "history-repeats",
        _CLOUD,
        ("none", "last-entry"),
        "The last entry of a page of changelog/bulkfetch stands on the next page again.",
        "[field] JRACLOUD-94906",
    ),
    Form(
        "history-expand",
        _CENTER,
        ("all", "newest-first", "newest", "newest-alone"),
        f"What expand=changelog brings: all, all with the newest first, or the newest {NEWEST} with a truthful total, where "
        "issue/{k}/changelog gives the rest or answers 404.",
        "[field] a client's test: 100 of 1,000; [3p] the resource answers on some versions",
    ),
    Form(
        "field-ids",
        _CLOUD,
        ("all", "system", "absent"),
        "Which items of a history carry a fieldId.",
        "[field] absent on many",
    ),
    Form(
        "field-ids",
        _CENTER,
        ("absent", "system"),
        "Which items of a history carry a fieldId.",
        "[field] never on custom fields",
    ),
    Form(
        "redaction",
        _CLOUD,
        ("none", "texts"),
        "Descriptions and their changes in the history are replaced by bars.",
        "[atl] redaction of Atlassian Guard",
    ),
    # people
    Form(
        "authors",
        _CLOUD,
        ("named", "some-absent", "on-behalf", "service", "agent"),
        "Who made each third entry of a history: nobody named, somebody on behalf of another, an app.",
        "[spec] accountType app, appType service or agent; [field] historyMetadata",
    ),
    Form(
        "authors",
        _CENTER,
        ("named", "some-absent", "on-behalf"),
        "Who made each third entry of a history: nobody named, or somebody on behalf of another.",
        "[field] historyMetadata; entries of old imports",
    ),
    Form(
        "people",
        _BOTH,
        ("whole", "text", "without-ids", "unnamed", "erased"),
        "People in records: their names alone, objects without an id, and those who left without a name or erased.",
        "[field] old exports; [atl] erased accounts",
    ),
    # records
    Form(
        "status-category",
        _BOTH,
        ("usual", "missing", "undefined"),
        "The category of a status.",
        "[spec] undefined is one; [field] missing",
    ),
    Form(
        "project-type",
        _BOTH,
        ("software", "product_discovery"),
        "The type of projects.",
        "[field] seen before any description named it",
    ),
    Form(
        "attachment-created", _BOTH, ("present", "absent"), "The time of an attachment.", "[field] records without it"
    ),
    Form(
        "numbers",
        _BOTH,
        ("plain", "exponent"),
        "Numbers of custom fields, 100 or 1E+2.",
        "[field] as Java writes a decimal",
    ),
    Form(
        "inline-comments",
        _CLOUD,
        ("20", "all"),
        "How many comments and worklogs stand inside an issue.",
        "[field] cut; [3p] worklogs at 20",
    ),
    Form(
        "total",
        _CLOUD,
        ("all", "page"),
        "What total counts in comments and in the log: all, or the page.",
        '[spec] "the number of items returned"',
    ),
    Form(
        "extra-members",
        _BOTH,
        ("none", "everywhere"),
        "Objects with members that no description names.",
        "[spec] answers may grow",
    ),
    Form(
        "content-type",
        _BOTH,
        ("charset", "plain", "capitals"),
        "How the type of JSON is written.",
        "[field]",
    ),
    # the audit log
    Form("log-page", _BOTH, ("usual", "25"), "The most records on a page of the log.", "[spec] Cloud 1000 at most"),
    Form(
        "log-ids",
        _CLOUD,
        ("present", "absent"),
        "Whether records of the log have ids.",
        "[field] a published log has them",
    ),
    Form(
        "log-ids",
        _CENTER,
        ("absent", "present"),
        "Whether records of the log have ids.",
        "[field] JRASERVER-78785: none in 8.x to 10",
    ),
    Form(
        "log-total",
        _CLOUD,
        ("exact", "one-more"),
        "The log holds one record less than total says.",
        "[field] total 229, 228 records",
    ),
    Form(
        "log-offset",
        _CLOUD,
        ("counts", "ignored"),
        "Whether an offset beyond the first page brings other records; windows of from and to do.",
        "[field] JRACLOUD-93153",
    ),
    Form(
        "log-paging",
        _CENTER,
        ("cursor", "cursor-object", "link", "offset", "repeating"),
        "How a page of the log names the next: nextPageCursor as text, as an object, nextPageLink alone, nextPageOffset "
        "alone; or a cursor that leads to the same page.",
        "[field] text, a recorded answer of 8.20; [atl] object; [field] clients that follow the link",
    ),
    Form(
        "log-resource",
        _CENTER,
        ("newer", "older"),
        "Where the log is read: at rest/auditing/1.0/events, or, as below 8.8, at rest/api/2/auditing/record alone.",
        "[atl] the newer since 8.8; [src] Jira 6.3 for the form of the older",
    ),
    Form(
        "workspace-events",
        _CLOUD,
        ("absent", "present", "without-deletions", "refused"),
        "Whether the gateway has Workspace Events of the site, whether they know deletions of issues, and who may read them.",
        "[atl] described before they are generally available; nobody seen has tried them on a live site",
    ),
    # what is refused
    Form(
        "refused-part",
        _BOTH,
        ("none", "log", "watchers", "votes", "links", "worklogs", "comments", "levels", "files", "all"),
        "Which part is refused, though the account is accepted.",
        "[spec] 401, 403 and 404",
    ),
    Form(
        "refused-status",
        _BOTH,
        ("403", "404", "401"),
        "The status of what refused-part refuses; 401 says that the scope does not match.",
        "[field] raycast/extensions#11212 for 401",
    ),
    Form(
        "error-body",
        _BOTH,
        ("errorMessages", "errors", "message", "errorMessage", "error", "reason", "html", "xml"),
        "Where the refusal of a part puts its words.",
        "[spec] errorMessages, errors; [field] the others",
    ),
    Form(
        "hidden-issue",
        _CENTER,
        ("as-absent", "404", "403", "401", "403-translated"),
        "An issue that may not be seen: as one that does not exist, or told from it by text or status.",
        "[spec] 404; [src] old Jira: 401 or 403 with a text of its own; [field] public servers",
    ),
    # speed
    Form(
        "retry-after",
        _BOTH,
        ("seconds", "fraction", "date", "absent", "absurd"),
        "Retry-After of a refusal for speed.",
        "[atl] seconds; [field] the others, 2^63-1 seconds among them",
    ),
    Form(
        "rate-reset",
        _CLOUD,
        ("instant", "epoch", "seconds"),
        "X-RateLimit-Reset of a refusal: an instant, seconds since 1970, or seconds to wait.",
        "[atl] instant; [field] the others",
    ),
    Form(
        "rate-answer",
        _BOTH,
        ("429", "429-html", "503-html"),
        "Status and body of a refusal for speed.",
        "[atl] 429; [field] HTML, 503",
    ),
    # the account
    Form(
        "log-in",
        _CENTER,
        ("open", "captcha", "no-passwords"),
        "Passwords are refused until a CAPTCHA is solved in a browser, or altogether; tokens go on.",
        "[atl] X-Seraph-LoginReason; Data Center 11 switches basic authentication off",
    ),
    Form(
        "wrong-credentials",
        _BOTH,
        ("refused", "anonymous", "log-in-page"),
        "What wrong credentials get: 401, what anybody sees, or a page in HTML with status 200.",
        "[spec] anonymous access; [field] the page",
    ),
    Form(
        "account-header",
        _CLOUD,
        ("present", "absent"),
        "X-AAccountId on answers.",
        "[spec] present",
    ),
)
"""Every form, in the order in which they are shown."""
