"""A sealed package as something to start from: checked first, and each file once more as it is read.

Between the check and the reading a file may be changed, or another package may take the place. So what is read is compared
with the manifest that was read at the beginning, whose digest is what gets recorded: the digest is that of what was used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from auditlib.errors import AuditError, UsageError
from auditlib.evidence.differences import Difference, Kind, sentences
from auditlib.package.disk import open_bytes
from auditlib.package.layout import MANIFEST, TAG_MANIFEST
from auditlib.package.target import is_sealed, require_full
from auditlib.package.verify import check_bag


class SealedFiles:
    """The files of a sealed package, each as it was sealed.

    Parameters
    ----------
    folder : Path
        The package.
    tags, manifest : bytes
        The tag manifest, whose SHA-256 stands for all of it, and the manifest.

    Attributes
    ----------
    folder, tags, manifest
        As given.
    digest : str
        SHA-256 of the tag manifest.
    """

    def __init__(self, folder: Path, tags: bytes, manifest: bytes) -> None:
        self.folder = folder
        self.tags, self.manifest = tags, manifest
        self.digest = hashlib.sha256(tags).hexdigest()
        self._listed = manifest_lines(manifest)

    def paths(self, below: str) -> list[str]:
        """Return the paths of the payload below a folder, sorted."""
        return sorted(path for path in self._listed if path.startswith(f"{below}/"))

    @property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 of each file of the payload, by its path in the package."""
        return self._listed

    def __contains__(self, path: str) -> bool:
        return path in self._listed

    def read(self, path: str) -> bytes:
        """Return a file of the payload.

        Raises
        ------
        UsageError
            Naming the file, if it is not the one that was sealed, or can't be read.
        """
        content = _content(self.folder, path) if path in self._listed else None
        if content is None or hashlib.sha256(content).hexdigest() != self._listed[path]:
            raise UsageError(f"{self.folder}: {path} is not what was sealed; nothing is taken from this package")
        return content

    def copy(self, path: str, target: Path) -> None:
        """Copy a file of the payload; as `read`."""
        content = self.read(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def open_sealed(package: Path, *, purpose: str = "its population is not frozen", masked: bool = False) -> SealedFiles:
    """Check a sealed package whole, and open it as something to start from.

    Parameters
    ----------
    package : Path
        Its folder.
    purpose : str
        What follows if it is not sealed, in words.
    masked : bool
        Whether it may be one without names.

    Raises
    ------
    UsageError
        If it is not sealed, is one without names, or is not what was sealed, naming the file.
    """
    if not masked:
        require_full(package, purpose)
    if not is_sealed(package):
        raise UsageError(f"{package} is not a sealed package, so {purpose}")
    tags = _content(package, TAG_MANIFEST)
    manifest = _content(package, MANIFEST)
    _require_none(package, [one for one in check_bag(package) if one.kind is not Kind.LEFT])
    if manifest_lines(tags).get(MANIFEST) != hashlib.sha256(manifest).hexdigest():
        _require_none(package, [Difference(Kind.CHANGED, MANIFEST, found="another")])
    return SealedFiles(package, tags, manifest)


def _require_none(package: Path, differences: list[Difference]) -> None:
    if differences:
        said = sentences(differences[:1])[0]
        more = f" (and {len(differences) - 1:,} more)" if len(differences) > 1 else ""
        raise UsageError(
            f"{package} is not what was sealed, so nothing is taken from it: {said}{more}; auditlib verify tells all"
        )


def manifest_lines(manifest: bytes) -> dict[str, str]:
    """Read a manifest that `check_bag` found canonical."""
    lines = (line.partition("  ") for line in manifest.decode("utf-8", "replace").split("\n"))
    return {path: digest for digest, _, path in lines if path}


def _content(folder: Path, path: str) -> bytes:
    try:
        with open_bytes(folder / path) as stream:
            return stream.read()
    except (OSError, AuditError) as error:
        raise UsageError(f"{folder}: {path} can't be read: {getattr(error, 'strerror', None) or error}") from None
