import pytest
import torch

import motionkit as mk
from motionkit.interfaces import ConfigError
from motionkit.numerics.places import Place, Spot, noise_at, places_of


@pytest.fixture(scope="module")
def generator(tiny_run):
    return mk.load(tiny_run)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("7", Place(Spot(7))),
        ("7/2", Place(Spot(7, 2))),
        ("7:9:0.25", Place(Spot(7), Spot(9), 0.25)),
        ("7/2:9/1:1", Place(Spot(7, 2), Spot(9, 1), 1.0)),
    ],
)
def test_a_place_is_read_as_it_is_written(text, place):
    assert Place.parse(text) == place
    assert Place.parse(str(place)) == place


@pytest.mark.parametrize("text", ["", "a", "-1", "7/", "7:9", "7:9:", "7:9:1.5", "7:9:nan", "7:9:0.1:2", "7\n", "٣"])
def test_what_is_no_place_is_refused(text):
    with pytest.raises(ConfigError, match="the place"):
        Place.parse(text)


def test_the_ends_of_a_way_are_its_clips_and_its_middle_is_neither(generator):
    start, middle, end = (
        noise_at(generator, places_of(generator, [f"motion=7/2:9:{share}"], 0))["motion"] for share in (0, 0.5, 1)
    )
    torch.testing.assert_close(start, generator.noise(1, 7, first=2)["motion"])
    torch.testing.assert_close(end, generator.noise(1, 9)["motion"])
    assert min((middle - start).norm(), (middle - end).norm()) > 1


def test_parts_that_are_not_named_stay_at_the_seed_and_later_clips_move_on(generator):
    noise = noise_at(generator, places_of(generator, ["motion=7/2"], 4), clip=3)
    assert torch.equal(noise["appearance"], generator.noise(1, 4, first=3)["appearance"])
    assert torch.equal(noise["motion"], generator.noise(1, 7, first=5)["motion"])


@pytest.mark.parametrize(("text", "told"), [("motion", "PART=PLACE"), ("colour=1", "no noise of 'colour'")])
def test_parts_that_there_are_not_are_refused(generator, text, told):
    with pytest.raises(ConfigError, match=told):
        places_of(generator, [text], 0)
