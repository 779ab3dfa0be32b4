"""Names for downloaded files that every system takes and that lead nowhere. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from auditlib.deep_json import as_text
from auditlib.records.history import readable_id
from auditlib.records.issues import json_object
from auditlib.report.safe_html import words

LONGEST: Final = 80
"""Characters of a stored name; with the folders above it a path stays well below what Windows allows."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*%]')
ACTS: Final = words("""
    ade adp app application appinstaller appref-ms appx appxbundle asp aspx asx bas bash bat cab cdxml cer chm cmd cnt
    com command cpl crt csh deb der deskthemepack desktop dex diagcab diagcfg diagpkg dll dmg dqy dylib exe fileloc fxp
    gadget grp hlp hpj hta htc htm html htx img inetloc inf ins iqy iso isp its jar jnlp job js jse ksh library-ms lnk
    mad maf mag mam maq mar mas mat mau mav maw mcf mda mdb mde mdt mdw mdz mht mhtm mhtml mjs mobileconfig msc msh msh1
    msh1xml msh2 msh2xml mshta mshtml mshxml msi msix msixbundle msp mst msu one onepkg ops oqy osd pcd pif pkg pl plg
    ppkg prf prg printerexport ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 pssc pst py pyc pyo pyw pyz pyzw rdp reg
    rpm rqy scf scpt scptd scr sct search-ms searchconnector-ms service settingcontent-ms sh shb shs shtml slk svg svgz
    sylk sys tcsh terminal theme themepack tmp tool udl url vb vbe vbp vbs vhd vhdx vsmacros vsto vsw wcx webarchive
    webloc webpnp website wim workflow ws wsb wsc wsf wsh xaml xbap xht xhtm xhtml xla xlam xll xml xnk xsl xslt zsh
""")
"""Endings of files that run, load something or change the system when somebody opens them; they get another ending.

What browsers run; what Outlook blocks (Microsoft, "Blocked attachments in Outlook"); what Chromium takes for dangerous
(``components/safe_browsing/content/resources/download_file_types.asciipb``), which has the Unix systems' too; queries by which
Excel loads from an address (``iqy``, ``oqy``, ``rqy``, ``dqy``), and ``slk``, from which it calculates. The list was put together
after these, and copies none; no such list is whole.
"""

_LONGEST_ENDING: Final = 20
_ENDING = re.compile(rf"\.[A-Za-z0-9_-]{{1,{_LONGEST_ENDING}}}\Z")
_HARMLESS: Final = ".txt"


def stored_names(names: Mapping[int, str]) -> dict[int, str]:
    """Return the file name under which each attachment is stored.

    The attachment's id comes first, so that no two names are equal, none is reserved by Windows and none begins with a
    dot, whatever Jira calls the file. Folders in a name are part of the name, never a path.

    Parameters
    ----------
    names : mapping of int to str
        File name as Jira has it, by attachment id.

    Returns
    -------
    dict of int to str
        At most `LONGEST` characters; the ending stays.

    Examples
    --------
    >>> stored_names({10400: "../../etc/passwd", 10401: "CON.txt", 10402: "page.HTML"})
    {10400: '10400-.._.._etc_passwd', 10401: '10401-CON.txt', 10402: '10402-page.HTML.txt'}
    """
    return {number: _stored(number, name) for number, name in names.items()}


def attachment_names(issue: Mapping[str, Any]) -> dict[int, str]:
    """Return the names of an issue's attachments by id, as received; one without a readable id can't be asked for."""
    records = json_object(issue.get("fields")).get("attachment")
    found = (one for one in records if isinstance(one, Mapping)) if isinstance(records, list) else ()
    numbered = ((readable_id(one.get("id")), as_text(one.get("filename"))) for one in found)
    return {number: name for number, name in numbered if number is not None}


def attachment_sizes(issue: Mapping[str, Any]) -> dict[int, int]:
    """Return the sizes of an issue's attachments by id, in bytes as Jira tells them; without those that it does not tell."""
    records = json_object(issue.get("fields")).get("attachment")
    found = (one for one in records if isinstance(one, Mapping)) if isinstance(records, list) else ()
    sized = ((readable_id(one.get("id")), one.get("size")) for one in found)
    return {number: size for number, size in sized if number is not None and type(size) is int and size >= 0}


def _stored(number: int, name: str) -> str:
    shown = "".join(
        character if character.isprintable() and unicodedata.category(character)[0] != "M" else "_"
        for character in unicodedata.normalize("NFC", name)
    )
    # Windows leaves out the dots and spaces at an end: what stands before them is the ending.
    clean = _FORBIDDEN.sub("_", shown).strip().rstrip(". ")
    ending = _ENDING.search(clean)
    tail = ending[0] if ending else ""
    head = clean[: len(clean) - len(tail)]
    tail += _HARMLESS if tail[1:].lower() in ACTS else ""
    cut = head[: LONGEST - len(f"{number}-") - len(tail)]
    name = f"{number}-{cut}{tail}".rstrip(". ")
    # A name without an ending may have got one where it was cut.
    if name.rpartition(".")[2].lower() in ACTS:
        return f"{name[: LONGEST - len(_HARMLESS)]}{_HARMLESS}"
    return name
