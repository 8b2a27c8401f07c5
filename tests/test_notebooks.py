"""Every notebook of the examples runs from its first cell to its last, and shows what it says."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest

nbclient = pytest.importorskip("nbclient", reason="install the extra dev")
nbformat = pytest.importorskip("nbformat", reason="install the extra dev")

EXAMPLES = Path(__file__).parents[1] / "examples"


def shown(cell: Any) -> str:
    """The page of a cell's value; "" where it has none."""
    return "".join(output.get("data", {}).get("text/html", "") for output in cell.get("outputs", []))


def test_clips_play_and_scores_are_a_table(tmp_path: Path) -> None:
    notebook = nbformat.read(EXAMPLES / "10_in_a_notebook.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "it is kept without what its cells print"
    nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    pages = [shown(cell) for cell in notebook.cells if cell.cell_type == "code"]
    assert "ode" in pages[0] and "<td>48</td>" in pages[1]
    videos = [re.findall(r'src="data:video/mp4;base64,([^"]+)"', page) for page in pages]
    assert [len(found) for found in videos] == [0, 0, 2, 2, 3, 0]
    assert all(base64.b64decode(video)[4:8] == b"ftyp" for found in videos for video in found)
    assert "<td>velocity</td>" in pages[-1] and "<th>95 % interval</th>" in pages[-1]
    assert list(tmp_path.iterdir()) == []
