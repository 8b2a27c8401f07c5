import subprocess
import sys


def test_lpips_imports_beside_this_torch_and_measures() -> None:
    """In a process of its own, because the import is what is tested."""
    program = """
import torch
from motionkit.evaluation.perceptual import import_lpips
import_lpips()
import lpips
distance = lpips.LPIPS(pretrained=False, pnet_rand=True, net="alex", verbose=False)
picture = torch.rand(1, 3, 64, 64)
assert float(distance(picture, picture)) == 0
import_lpips()
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
