from types import ModuleType

import pytest

import odps_tui.maxcompute.codec
import odps_tui.models
import odps_tui.monitor


@pytest.mark.parametrize("package", [odps_tui.models, odps_tui.monitor, odps_tui.maxcompute.codec])
def test_every_name_of_a_package_is_found_in_its_module(package: ModuleType) -> None:
    assert package.__all__
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        _ = package.nonsense
