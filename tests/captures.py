"""Motion capture that tests write: a standing body in BVH, under two families of names."""

from pathlib import Path

MOTIONBUILDER = {
    "collar": "Shoulder", "shoulder": "Arm", "elbow": "ForeArm", "wrist": "Hand",
    "hip": "UpLeg", "knee": "Leg", "ankle": "Foot",
}  # fmt: skip
BIOVISION = {
    "collar": "Collar", "shoulder": "Shoulder", "elbow": "Elbow", "wrist": "Wrist",
    "hip": "Hip", "knee": "Knee", "ankle": "Ankle",
}  # fmt: skip


def body_bvh(
    path: Path, raise_arm=lambda frame: 0.0, names=MOTIONBUILDER, frames=30, fps=30, unit=1.0, turn=0.0
) -> Path:
    """A body that stands with arms at its sides and lifts its straight left arm sideways, in degrees from hanging.

    It looks along +z, its left is +x; ``turn`` turns all of it about y, in degrees.
    """

    def joint(kind: str, name: str, offset: tuple[float, ...], inside: str, channels: str = "") -> str:
        place = " ".join(f"{unit * value:.6f}" for value in offset)
        channels = channels or "CHANNELS 3 Zrotation Xrotation Yrotation"
        return f"{kind} {name}\n{{\nOFFSET {place}\n{channels if kind != 'End' else ''}\n{inside}}}\n"

    def end(*offset: float) -> str:
        return joint("End", "Site", offset, "")

    def arm(side: str, sign: int) -> str:
        hand = joint("JOINT", side + names["wrist"], (0, -0.26, 0), end(0, -0.1, 0))
        elbow = joint("JOINT", side + names["elbow"], (0, -0.33, 0), hand)
        shoulder = joint("JOINT", side + names["shoulder"], (0.15 * sign, 0, 0), elbow)
        return joint("JOINT", side + names["collar"], (0.05 * sign, 0.5, 0), shoulder)

    def leg(side: str, sign: int) -> str:
        foot = joint("JOINT", side + names["ankle"], (0, -0.43, 0), end(0, -0.05, 0.1))
        knee = joint("JOINT", side + names["knee"], (0, -0.43, 0), foot)
        return joint("JOINT", side + names["hip"], (0.12 * sign, 0, 0), knee)

    head = joint("JOINT", "Neck", (0, 0.5, 0), joint("JOINT", "Head", (0, 0.1, 0), end(0, 0.2, 0)))
    limbs = leg("Left", 1) + leg("Right", -1) + head + arm("Left", 1) + arm("Right", -1)
    root = "CHANNELS 6 Xposition Yposition Zposition Yrotation Xrotation Zrotation"
    hierarchy = "HIERARCHY\n" + joint("ROOT", "Hips", (0, 0, 0), limbs, root)
    # Hips, two legs of three joints, neck and head: then the left collar, and the left shoulder that turns about z.
    lines = []
    for frame in range(frames):
        values = [0.0, 0.9 * unit, 0.0, turn, 0.0, 0.0] + [0.0] * 3 * 16
        values[6 + 3 * 9] = raise_arm(frame)
        lines.append(" ".join(f"{value:.6f}" for value in values))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{hierarchy}MOTION\nFrames: {frames}\nFrame Time: {1 / fps:.7f}\n" + "\n".join(lines) + "\n")
    return path


def deepmimic_frame(seconds: float = 1 / 30, root=(0, 0.9, 0, 1, 0, 0, 0), **joints: list[float]) -> list[float]:
    """A frame of the humanoid at rest but for the joints named, such as ``left_elbow=[1.5]``."""
    order = {"chest": 4, "neck": 4, "right_hip": 4, "right_knee": 1, "right_ankle": 4, "right_shoulder": 4}
    order |= {"right_elbow": 1, "left_hip": 4, "left_knee": 1, "left_ankle": 4, "left_shoulder": 4, "left_elbow": 1}
    rest = {4: [1.0, 0.0, 0.0, 0.0], 1: [0.0]}
    assert set(joints) <= set(order)
    return [seconds, *root, *(value for name, size in order.items() for value in joints.get(name, rest[size]))]
