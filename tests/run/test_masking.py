"""A run with ``mask: true`` has two packages in the end, and is refused at the beginning where it could not."""

from __future__ import annotations

import shutil

import pytest

from auditlib.cli.screen import say_sealed
from auditlib.errors import UsageError
from auditlib.package.mask_key import read_key
from auditlib.package.masked import read_masked
from auditlib.package.people import identity_of
from auditlib.package.target import is_masked
from auditlib.run.masking import mask_sealed, masked_target, require_maskable
from auditlib.run.order import Run
from auditlib.run.until import Until


def test_what_is_in_the_way_of_the_second_package_is_told_before_anything_is_asked(parameters, tmp_path):
    """Something where it goes, or a key that is none; without ``mask``, and where nothing is sealed, neither matters."""
    order = Run(parameters().model_copy(update={"mask": True}), tmp_path / "package")
    require_maskable(order)
    (tmp_path / "mask.key").write_text("no key")
    with pytest.raises(UsageError, match="is no key of pseudonyms"):
        require_maskable(order)
    (tmp_path / "mask.key").unlink()
    (tmp_path / "package-masked").mkdir()
    (tmp_path / "package-masked" / "mine").write_text("")
    with pytest.raises(UsageError, match="package-masked is not empty"):
        require_maskable(order)
    shutil.rmtree(tmp_path / "package-masked")
    (tmp_path / "package-masked.partial").mkdir()
    with pytest.raises(UsageError, match="broken off"):
        require_maskable(order)
    require_maskable(Run(parameters(), tmp_path / "package"))
    require_maskable(Run(order.params, order.out, until=Until.PULL))


def test_a_sealed_package_gets_a_second_one_beside_it(sealed, tmp_path, capfd):
    """With a key beside both; both are told, and a failure says that the package itself is sealed."""
    package = tmp_path / "package"
    shutil.copytree(sealed.folder, package)
    mask_sealed(Run(sealed.params, package))
    assert not masked_target(package).exists()
    order = Run(sealed.params.model_copy(update={"mask": True}), package)
    mask_sealed(order)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mask.key", "package", "package-masked"]
    assert is_masked(masked_target(package))
    assert read_masked(masked_target(package)).key == identity_of(read_key(tmp_path / "mask.key"))
    say_sealed(package)
    told = capfd.readouterr().out.splitlines()
    assert told[0] == f"Without names: {masked_target(package)}"
    assert told[-1] == str(package)
    with pytest.raises(UsageError, match="not empty") as error:
        mask_sealed(order)
    assert any("is sealed" in note for note in error.value.__notes__)
