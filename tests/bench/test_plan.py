"""Plans: which systems and trainings they come to, and which settings and budgets reach which."""

import pytest

from motionkit.bench.plan import Plan
from motionkit.bench.systems import System, Trial
from motionkit.interfaces import ConfigError
from motionkit.training.loop import Budget


def plan(**fields):
    return Plan(**{"motion": "ode", "renderer": "compose", **fields})


def test_motion_models_share_a_renderer_and_a_generator_stands_alone(toys):
    it = plan(baselines=("rnn", "blinker"), seeds=2)
    assert [system.name for system in it.systems] == ["ode+compose", "rnn+compose", "blinker"]
    assert [trial.name for trial in it.trials()] == [
        f"{name}-seed{seed}"
        for seed in (0, 1)
        for name in ("motion-ode", "renderer-compose", "motion-rnn", "generator-blinker")
    ]


def test_stage_motion_needs_no_renderer():
    it = plan(baselines=("rnn",), stage="motion")
    assert [trial.name for trial in it.trials()] == ["motion-ode-seed0", "motion-rnn-seed0"]


def test_whole_generators_get_the_minutes_of_both_stages_but_the_same_steps():
    motion, video = Trial("motion", "ode", 0), Trial("video", "blinker", 0)
    by_time, by_steps = plan(minutes=5.0), plan(steps=100)
    assert by_time.budget(motion) == Budget(None, 5.0) and by_time.budget(video) == Budget(None, 10.0)
    assert by_steps.budget(motion) == by_steps.budget(video) == Budget(100, None)


def test_a_components_own_settings_go_before_those_of_its_kind():
    it = plan(baselines=("rnn",), settings={"motion": {"hidden": 24}, "rnn": {"hidden": 40}, "data": {"clips": 5}})
    ode, rnn = (it.experiment(Trial("motion", name, 3)) for name in ("ode", "rnn"))
    assert ode.components["motion"].config["hidden"] == 24 and rnn.components["motion"].config["hidden"] == 40
    assert ode.components["data"] == rnn.components["data"] and ode.components["data"].config["clips"] == 5
    assert ode.seed == rnn.seed == 3 and ode.stages == rnn.stages


def test_a_third_partys_component_is_found_by_its_full_name(toys):
    assert plan(baselines=("toys:swing",), stage="motion").systems[1] == System("toys:swing", {"motion": "toys:swing"})
    assert Trial("motion", "toys:swing", 0).name == "motion-toys-swing-seed0"


def test_a_name_that_is_both_means_what_the_stage_compares_unless_it_says_which(toys):
    generator, motion = {"video": "twin"}, {"motion": "twin", "render": "compose"}
    assert plan(baselines=("twin",)).systems[1] == System("twin", generator)
    assert plan(baselines=("motion/twin",)).systems[1] == System("twin+compose", motion)
    assert plan(baselines=("twin",), stage="motion").systems[1] == System("twin", {"motion": "twin"})
    [left_out] = plan(baselines=("dataset/actions",)).left_out
    assert left_out.name == "dataset/actions" and "dataset can't be compared" in left_out.reason


def test_a_baseline_that_is_not_there_is_named_with_the_nearest():
    it = plan(baselines=("rnnn", "rnn"))
    assert [system.name for system in it.systems] == ["ode+compose", "rnn+compose"]
    [(name, reason)] = it.left_out
    assert name == "rnnn" and "did you mean rnn" in reason


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"baselines": ("ode",)}, "two systems are called ode"),
        ({"baselines": ("rnn",), "runs": ("a/x", "b/x")}, "two systems are called x"),
        ({"settings": {"sde": {"hidden": 3}}}, "sde is not a section"),
        ({"settings": {"training": {"steps": 3}}}, "leave it out of the file"),
        ({"settings": {"motion": 3}}, "section of settings"),
        ({"settings": {"motion": {"name": "rnn"}}}, "--baseline"),
        ({"protocol": {"framse": 3}}, "protocol.framse"),
    ],
)
def test_what_can_not_be_is_refused(fields, message):
    with pytest.raises(ConfigError, match=message):
        plan(**fields).check()
