"""The example of the README runs as it stands, and says where its figures come from."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"


def test_the_example_runs_and_names_its_sources(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(example, README.name, "exec"), names)  # noqa: S102 - our own text
    page = (tmp_path / "autoroute.html").read_text(encoding="utf-8")
    assert re.search(r"<p>Sources\u202f: .*IGN Admin Express.*OpenStreetMap.*</p>", page)
    assert "<p>Limites" in page
    assert len(names["page"].content.names) == 72
