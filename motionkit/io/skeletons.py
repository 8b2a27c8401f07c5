"""Skeletons by name, and as YAML files that people write."""

from collections import Counter
from pathlib import Path
from typing import Any

import pydantic
import yaml

from motionkit.config import read_config_file
from motionkit.interfaces import COCO17, FACE13, ConfigError, Skeleton

SKELETON = "skeleton.yaml"
"""The file that is written beside keypoints."""

BUILT_IN = {skeleton.name: skeleton for skeleton in (COCO17, FACE13)}
"""Those that have a name here."""


class _Written(pydantic.BaseModel):
    """What a file says, with joints by their names."""

    model_config = pydantic.ConfigDict(extra="forbid")

    name: str = pydantic.Field(min_length=1)
    joints: list[str] = pydantic.Field(min_length=1)
    bones: list[tuple[str, str]] = []
    mirror: list[tuple[str, str]] = []


def skeleton_of(name: str | Path) -> Skeleton:
    """The skeleton of a name, ``coco-17`` or ``face-13``, or of a YAML file.

        name: mouse-4
        joints: [nose, left ear, right ear, tail]
        bones: [[nose, left ear], [nose, right ear], [nose, tail]]
        mirror: [[left ear, right ear]]

    In the file ``bones`` join joints, and ``mirror`` names the pairs that change places in a mirrored picture; both may
    be left out.

    Raises:
        ConfigError: there is no such skeleton or file, or the file is not as above.
    """
    if str(name) in BUILT_IN:
        return BUILT_IN[str(name)]
    path = Path(name)
    if not path.is_file():
        raise ConfigError(f"there is no skeleton {name}: it should be {' or '.join(BUILT_IN)}, or a YAML file")
    try:
        written = _Written.model_validate(read_config_file(path))
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    _check(written, path)
    at = {joint: index for index, joint in enumerate(written.joints)}
    partner = {a: b for pair in written.mirror for a, b in (pair, pair[::-1])}
    return Skeleton(
        written.name,
        tuple(written.joints),
        tuple((at[a], at[b]) for a, b in written.bones),
        tuple(at[partner.get(joint, joint)] for joint in written.joints),
    )


def write_skeleton(path: Path, skeleton: Skeleton) -> None:
    """Write a skeleton as the YAML file that :func:`skeleton_of` reads."""
    joints = list(skeleton.joints)
    document: dict[str, Any] = {
        "name": skeleton.name,
        "joints": joints,
        "bones": [[joints[a], joints[b]] for a, b in skeleton.bones],
        "mirror": [[joints[a], joints[b]] for a, b in enumerate(skeleton.mirror) if a < b],
    }
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
    path.write_text(text, encoding="utf-8")


def _check(written: _Written, path: Path) -> None:
    twice = [joint for joint, count in Counter(written.joints).items() if count > 1]
    if twice:
        raise ConfigError(f"{path}: joints: {twice[0]} is there twice")
    for section, pairs in (("bones", written.bones), ("mirror", written.mirror)):
        for pair in pairs:
            strange = [joint for joint in pair if joint not in written.joints]
            if strange:
                raise ConfigError(f"{path}: {section}: {strange[0]} is no joint; there are {', '.join(written.joints)}")
            if pair[0] == pair[1]:
                raise ConfigError(f"{path}: {section}: {pair[0]} is paired with itself")
    mirrored = Counter(joint for pair in written.mirror for joint in pair)
    if mirrored and max(mirrored.values()) > 1:
        raise ConfigError(f"{path}: mirror: {mirrored.most_common(1)[0][0]} is in two pairs")
