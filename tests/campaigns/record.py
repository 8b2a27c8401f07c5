"""The counts of a campaign."""

import json
from collections import Counter
from pathlib import Path


class Record:
    """Counts what became of inputs and kills, by kind."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, Counter[str]]] = {}

    def count(self, campaign: str, kind: str, outcome: str) -> None:
        """One more."""
        self._counts.setdefault(campaign, {}).setdefault(kind, Counter())[outcome] += 1

    def lines(self) -> list[str]:
        """A line for each kind."""
        return [
            f"{campaign}: {kind}: {', '.join(f'{outcome} {count}' for outcome, count in sorted(counts.items()))}"
            for campaign, kinds in self._counts.items()
            for kind, counts in kinds.items()
        ]

    def write(self, path: Path) -> None:
        """Write the counts, and their sums, as JSON; those of a campaign that did not run now stay as they were."""
        kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        for campaign, kinds in self._counts.items():
            by_kind = {**kept.get(campaign, {}).get("kinds", {}), **{kind: dict(it) for kind, it in kinds.items()}}
            total: Counter[str] = Counter()
            for counts in by_kind.values():
                total.update(counts)
            kept[campaign] = {"total": dict(total), "kinds": by_kind}
        path.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
