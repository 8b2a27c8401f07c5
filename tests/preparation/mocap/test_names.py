"""Joints by their names, as programs of motion capture write them."""

from pathlib import Path

import pytest

from motionkit.interfaces import DataError
from motionkit.preparation.mocap.names import joints_by_name

PARTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")

MAX = ("UpperArm", "Forearm", "Hand", "Thigh", "Calf", "Foot")
MOTIONBUILDER = ("Arm", "ForeArm", "Hand", "UpLeg", "Leg", "Foot")
SNAKE = ("upper_arm", "forearm", "hand", "thigh", "shin", "foot")
UNREAL = ("upperarm", "lowerarm", "hand", "thigh", "calf", "foot")
JOINTS = ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")
ACCLAIM = ("humerus", "radius", "wrist", "femur", "tibia", "foot")
DAZ = ("ShldrBend", "ForearmBend", "Hand", "ThighBend", "Shin", "Foot")
VRM = ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
XSENS = ("UpperArm", "ForeArm", "Hand", "UpperLeg", "LowerLeg", "Foot")


@pytest.mark.parametrize(
    ("left", "right", "head", "parts", "collar"),
    [
        ("Left{}", "Right{}", "Head", MOTIONBUILDER, "Shoulder"),
        ("mixamorig:Left{}", "mixamorig:Right{}", "mixamorig:Head", MOTIONBUILDER, "Shoulder"),
        ("mixamorig_Left{}", "mixamorig_Right{}", "mixamorig_Head", MOTIONBUILDER, "Shoulder"),
        ("Character1_Left{}", "Character1_Right{}", "Character1_Head", MOTIONBUILDER, "Shoulder"),
        ("Bip01 L {}", "Bip01 R {}", "Bip01 Head", MAX, "Clavicle"),
        ("Bip001_L_{}", "Bip001_R_{}", "Bip001_Head", MAX, "Clavicle"),
        ("ValveBiped.Bip01_L_{}", "ValveBiped.Bip01_R_{}", "ValveBiped.Bip01_Head1", MAX, "Clavicle"),
        ("{}.L", "{}.R", "head", SNAKE, "shoulder"),
        ("DEF-{}.L", "DEF-{}.R", "DEF-head", SNAKE, "shoulder"),
        ("{}_l", "{}_r", "head", UNREAL, "clavicle"),
        ("{}_L", "{}_R", "Head", MAX, "Clavicle"),
        ("J_Bip_L_{}", "J_Bip_R_{}", "J_Bip_C_Head", VRM, "Shoulder"),
        ("m_avg_L_{}", "m_avg_R_{}", "m_avg_Head", JOINTS, "Collar"),
        ("{}Left", "{}Right", "Head", JOINTS, "Clavicle"),
        ("l{}", "r{}", "head", ACCLAIM, "clavicle"),
        ("l{}", "r{}", "head", DAZ, "Collar"),
        ("Left{}", "Right{}", "Head", XSENS, "Shoulder"),
        ("left_{}", "right_{}", "head", tuple(name.lower() for name in JOINTS), "collar"),
        ("left{}", "right{}", "head", tuple(name.lower() for name in JOINTS), "collar"),
    ],
)  # fmt: skip
def test_the_usual_names(left, right, head, parts, collar):
    others = [left.format(name) for name in (collar, "HandThumb1", "thumb_01", "ToeBase", "Toe0", "thigh_twist_01")]
    names = ["Hips", "Spine", *others, head, f"{head} end", f"ik_{left.format('hand').rpartition(':')[2]}"]
    expected = {"head": names.index(f"{head} end")}
    for side, form in (("left", left), ("right", right)):
        for part, name in zip(PARTS, parts, strict=True):
            expected[f"{side} {part}"] = len(names)
            names += [form.format(name), f"{form.format(name)} end"]
    assert joints_by_name(names, Path("a.bvh")) == expected


def test_what_is_missing_and_what_is_there_are_told():
    names = [f"Left{name}" for name in MOTIONBUILDER] + ["Head", "Head end"]
    told = r"a\.bvh: none of its joints is known as right shoulder, .*; it has LeftArm, .*Head$"
    with pytest.raises(DataError, match=told):
        joints_by_name(names, Path("a.bvh"))
