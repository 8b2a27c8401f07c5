"""Trained generators as ONNX graphs, which run where there is no Python: in browsers, on phones, in other languages."""
