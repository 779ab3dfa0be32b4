"""Every fault that is planted, with what must be found of it."""

from __future__ import annotations

from typing import Final

from auditlib.run.self_check.fault import Fault, JiraFault, PackageFault
from auditlib.run.self_check.looks import control, deletion, finding, gap, history_break, left_out, refused
from auditlib.run.self_check.tampering import (
    add_file,
    add_listed_file,
    change_page,
    change_question,
    change_response,
    change_row,
    forge_figure,
    forge_page,
    forge_response,
    forge_stamp,
    keep_signature,
    remove_response,
    remove_row,
    remove_table,
)

JIRA_FAULTS: Final[tuple[JiraFault, ...]] = (
    JiraFault(
        "page-lost",
        "The first pass over project PAY ends behind its first page, as if there were no other.",
        "The run ends with status 3: the two passes differ, and nothing explains it.",
        refused("the two passes over the same query differ", "PAY"),
    ),
    JiraFault(
        "same-key",
        "A page tells one issue under the key of another.",
        "The run ends with status 3 and names both ids.",
        refused("Jira answered with two ids"),
    ),
    JiraFault(
        "not-browsable",
        "The account lacks Browse Projects in project OPS.",
        "The run ends with status 3 and names the project.",
        refused("OPS can't be seen by this account"),
    ),
    JiraFault(
        "wrong-count",
        "Jira's own count of project PAY is seven too many.",
        "A finding: the count differs from the passes.",
        finding("02_population", "population.count:PAY", names="PAY"),
    ),
    JiraFault(
        "drift",
        "An issue is deleted between the two passes.",
        "A finding of drift: it went while Jira was asked.",
        finding("02_population", "population.drift:gone", names=""),
    ),
    JiraFault(
        "left-out",
        "An issue has the label by which the filter of the audit leaves issues out.",
        "excluded.csv lists it, with the filter as the reason.",
        left_out,
    ),
    JiraFault(
        "hidden",
        "An issue is hidden from the account by issue security.",
        "gaps.csv: its number is unexplained, and may be hidden by issue security.",
        gap("unexplained", possible="hidden by issue security"),
    ),
    JiraFault(
        "deleted",
        "An issue was deleted, and Jira's audit log says so.",
        "gaps.csv and deletions.csv: deleted, with the record of the log.",
        deletion,
    ),
    JiraFault(
        "deleted-unrecorded",
        "An issue was deleted, and no record is left of it.",
        "gaps.csv: its number is unexplained, and may be deleted.",
        gap("unexplained", possible="deleted"),
    ),
    JiraFault(
        "moved-twice",
        "An issue was moved to project OPS, and from there to PAYX.",
        "gaps.csv: moved, with the entry of its history and the key that it has now.",
        gap("moved", record="history "),
    ),
    JiraFault(
        "history-cut",
        "An entry is missing in the middle of an issue's history.",
        "The history does not lead back to the creation of the issue.",
        history_break,
    ),
    JiraFault(
        "comment-gone",
        "A comment that the archive knows was deleted since.",
        "A finding that names the issue.",
        finding("06_dossiers", "dossiers.comments-gone"),
        archived=True,
    ),
    JiraFault(
        "approved-late",
        "A change is built and done first, and approved afterwards.",
        "controls.csv: an exception of CT-01.",
        control("CT-01", "exception"),
    ),
    JiraFault(
        "same-person",
        "A change is approved by the person who built it.",
        "controls.csv: an exception of CT-04.",
        control("CT-04", "exception"),
    ),
    JiraFault(
        "short-log",
        "Jira's audit log holds no record from before the period.",
        "A limit: the log does not reach back to the period's beginning.",
        finding("08_activity", "activity.reach", severity="limit", names="holds no record from before"),
    ),
)
"""In the order in which they are planted."""

PACKAGE_FAULTS: Final[tuple[PackageFault, ...]] = (
    PackageFault("page-changed", "A word of a page of the package is changed.", "verify: changed.", change_page, "bag"),
    PackageFault(
        "response-changed", "A byte of a raw response is changed.", "verify: changed.", change_response, "bag"
    ),
    PackageFault("table-removed", "A table is taken out of the package.", "verify: missing.", remove_table, "bag"),
    PackageFault("file-added", "A file is put beside the tables.", "verify: unexpected.", add_file, "bag"),
    PackageFault(
        "row-changed",
        "A row of the population is changed, and all digests are made anew.",
        "verify: the table differs from what the raw responses give.",
        change_row,
        "tables",
        "tables/population.csv",
    ),
    PackageFault(
        "row-removed",
        "A row of the population is taken out, and all digests are made anew.",
        "verify: the table differs from what the raw responses give.",
        remove_row,
        "tables",
        "tables/population.csv",
    ),
    PackageFault(
        "response-forged",
        "An issue gets another title in a raw response, and all digests are made anew.",
        "verify: the table differs from what the raw responses give.",
        forge_response,
        "tables",
        "tables/population.csv",
    ),
    PackageFault(
        "response-removed",
        "A response is taken out with its line in the index, and all digests are made anew.",
        "verify: the record of the run tells of other responses.",
        remove_response,
        "record",
        "data/run.json",
    ),
    PackageFault(
        "question-changed",
        "The index says that a request changed something in Jira, and all digests are made anew.",
        "verify: the request is not among those that only read.",
        change_question,
        "index",
    ),
    PackageFault(
        "file-listed",
        "A file is put into the package, and all digests are made anew.",
        "verify: no package holds such a file.",
        add_listed_file,
        "contents",
    ),
    PackageFault(
        "page-forged",
        "A word of a page is changed, and all digests are made anew.",
        "verify: the page differs from the one that is made again.",
        forge_page,
        "pages",
        "notebooks/02_population.html",
    ),
    PackageFault(
        "figure-forged",
        "The population is one smaller in the summary, and all digests are made anew.",
        "verify: the summary differs from the one that is made again.",
        forge_figure,
        "pages",
        "summary.json",
    ),
    PackageFault(
        "signature-kept",
        "A row of a signed package is changed, all digests are made anew, and the signature is kept.",
        "verify: the signature is not over this package.",
        keep_signature,
        "signature",
        needs="ssh-keygen",
    ),
    PackageFault(
        "stamp-forged",
        "A file that is no time stamp stands in the place of one.",
        "verify: it is no time stamp of this package.",
        forge_stamp,
        "time stamp",
    ),
)

FAULTS: Final[tuple[Fault, ...]] = (*JIRA_FAULTS, *PACKAGE_FAULTS)
