"""Compiled networks give what they gave, and where nothing can be compiled, that is said."""

import pytest
import torch
from torch import nn

from motionkit.numerics.compiling import compile_network


def test_where_nothing_can_be_compiled_networks_run_as_they_are(monkeypatch: pytest.MonkeyPatch):
    def broken(*args: object, **kwargs: object) -> object:
        raise RuntimeError("\nno compiler was found\nand more about it")

    monkeypatch.setattr(torch, "compile", broken)
    network = nn.Linear(2, 2)
    with pytest.warns(UserWarning, match="does not work here, so networks run as they are: no compiler was found$"):
        assert not compile_network(network)
    assert network(torch.ones(1, 2)).shape == (1, 2)


@pytest.mark.slow
def test_a_compiled_network_is_the_same_network():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))
    inputs, weights = torch.randn(3, 4), {name: value.clone() for name, value in network.state_dict().items()}
    plain = network(inputs)
    if not compile_network(network):
        pytest.skip("torch.compile does not work here")
    torch.testing.assert_close(network(inputs), plain)
    assert network.state_dict().keys() == weights.keys()
