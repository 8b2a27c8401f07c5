from pathlib import Path

from command_line import CommandLine


def test_a_dataset_by_name_becomes_a_page(motionkit: CommandLine, tmp_path: Path) -> None:
    options = ["-n", 4, "--show", 2, "-o", "data.clips=4", "--out", tmp_path / "page"]
    done = motionkit("inspect", "actions", *options)
    assert "4 clips of coco-17 in the train split; 4 measured" in done.stdout
    assert {path.name for path in (tmp_path / "page").iterdir()} == {
        "index.html",
        "clips.png",
        "statistics.png",
        ".made",
    }
    page = (tmp_path / "page" / "index.html").read_text()
    assert page.count("<tr>") == 5 and "train clip 3" in page


def test_what_cannot_be_inspected_is_told(motionkit: CommandLine, tmp_path: Path) -> None:
    assert "nor is there a folder" in motionkit("inspect", "no-such-data", status=1).stderr
    assert "not a clip folder" in motionkit("inspect", tmp_path, status=1).stderr
    assert "motion has no settings here" in motionkit("inspect", "actions", "-o", "motion.x=1", status=1).stderr
