"""From any video to a clip folder: detect, gate, cut, write, report."""
