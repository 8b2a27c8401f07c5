from pathlib import Path

import pytest
import torch

from motionkit.interfaces import ConfigError, DataError
from motionkit.metrics.networks.resnext3d import MEAN, ResNeXt3d, ResNeXtExtractor


@pytest.fixture
def shallow(monkeypatch: pytest.MonkeyPatch) -> ResNeXt3d:
    """One block a layer instead of 33 in all, with statistics that are not those of a new network."""
    monkeypatch.setattr(ResNeXtExtractor, "BLOCKS", (1, 1, 1, 1))
    torch.manual_seed(0)
    network = ResNeXt3d((1, 1, 1, 1), classes=5)
    network.bn1.running_mean.fill_(0.3)  # type: ignore[union-attr]
    return network.eval()


def test_the_layout_is_that_of_the_published_weights() -> None:
    with torch.device("meta"):
        tensors = ResNeXt3d(ResNeXtExtractor.BLOCKS, classes=400).state_dict()
    shapes = {name: tuple(value.shape) for name, value in tensors.items()}
    assert shapes["conv1.weight"] == (64, 3, 7, 7, 7)
    assert shapes["layer1.0.conv2.weight"] == (128, 4, 3, 3, 3)
    assert shapes["layer1.0.downsample.0.weight"] == (256, 64, 1, 1, 1)
    assert shapes["layer3.22.conv3.weight"] == (1024, 512, 1, 1, 1)
    assert shapes["layer4.2.bn3.running_var"] == (2048,)
    assert shapes["fc.weight"] == (400, 2048)
    assert not any(name.startswith(("layer3.23", "layer4.3", "layer1.1.downsample")) for name in shapes)


def test_a_checkpoint_of_several_gpus_is_read_and_frames_have_the_mean_subtracted(
    shallow: ResNeXt3d, tmp_path: Path
) -> None:
    tensors = {f"module.{name}": value for name, value in shallow.state_dict().items()}
    torch.save({"epoch": 3, "arch": "resnext-101", "state_dict": tensors}, tmp_path / "weights.pth")
    extractor = ResNeXtExtractor(tmp_path / "weights.pth", None)
    levels_BTCHW = torch.randint(0, 256, (1, 4, 3, 112, 112), generator=torch.Generator().manual_seed(0)).float()
    with torch.no_grad():
        features = extractor(levels_BTCHW / 127.5 - 1)
        expected = shallow.features((levels_BTCHW - torch.tensor(MEAN).view(3, 1, 1)).transpose(1, 2))
    assert features.shape == (1, 2048)
    torch.testing.assert_close(features, expected, rtol=1e-3, atol=1e-3)


def test_a_plain_state_dict_is_read_and_its_hash_recorded(shallow: ResNeXt3d, tmp_path: Path) -> None:
    torch.save(shallow.state_dict(), tmp_path / "weights.pth")
    assert ResNeXtExtractor(tmp_path / "weights.pth", None).provenance["weights"] == "weights.pth"


def test_without_weights_it_says_which() -> None:
    with pytest.raises(ConfigError, match="3-D ResNeXt-101 state_dict"):
        ResNeXtExtractor(None, None)


def test_another_network_is_refused_in_one_line(shallow: ResNeXt3d, tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    for tensors, cause in [
        ({"weight": torch.zeros(1)}, "it lacks fc.weight"),
        ({"fc.weight": torch.zeros(5, 2048)}, "it lacks conv1.weight"),
        ({**shallow.state_dict(), "conv1.weight": torch.zeros(1)}, "its names or shapes are others"),
    ]:
        torch.save(tensors, path)
        with pytest.raises(DataError, match=f"a 3-D ResNeXt-101: {cause}") as caught:
            ResNeXtExtractor(path, None)
        assert "\n" not in str(caught.value)
