import os

import pytest

from motionkit.surroundings import without


def test_hides_variables_by_name_and_by_wildcard_and_gives_them_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOY_A", "TOY_B", "MYTOY_A"):
        monkeypatch.setenv(name, name)
    with pytest.raises(RuntimeError), without("TOY_*", "NOT_SET"):
        assert "TOY_A" not in os.environ and "TOY_B" not in os.environ and os.environ["MYTOY_A"] == "MYTOY_A"
        raise RuntimeError
    assert os.environ["TOY_A"] == "TOY_A" and os.environ["TOY_B"] == "TOY_B" and "NOT_SET" not in os.environ
