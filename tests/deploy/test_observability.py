"""Alerts, dashboard and runbooks are in step with each other and with the figures that the parts count."""

import json
import re

import pytest
import yaml

from helpline.observability.figures import FIGURES, HISTOGRAM, Figures
from helpline.settings import ROOT

FOLDER = ROOT / "deploy" / "observability"
RULES = [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())
EXPRESSIONS = [rule["expr"] for rule in RULES]
PANELS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
# What Prometheus and its client count by themselves.
OTHERS = {"up", "process_resident_memory_bytes", "process_cpu_seconds_total"}


def named(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:helpline|process)_[a-z_]+|\bup\b", expression))


def series() -> set[str]:
    found = set(OTHERS)
    for name, figure in FIGURES.items():
        found |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"} if figure.kind == HISTOGRAM else {name}
    return found


@pytest.mark.parametrize("expression", [*EXPRESSIONS, *PANELS])
def test_what_an_alert_or_a_panel_asks_for_is_counted(expression):
    assert named(expression)
    assert named(expression) <= series()
    for name, labels in re.findall(r"(helpline_[a-z_]+)\{([^}]*)\}", expression):
        known = FIGURES[name.removesuffix("_bucket")].labels
        assert {each.split("=")[0].rstrip("~!") for each in labels.split(",")} <= set(known)


def test_each_alert_has_a_runbook_and_each_runbook_an_alert():
    text = (ROOT / "docs" / "operations.md").read_text()
    assert sorted(re.findall(r"^### (\w+)$", text, re.M)) == sorted(rule["alert"] for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_how_much_it_hurries(rule):
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}


def test_every_figure_is_seen_by_somebody():
    seen = set().union(*(named(expression) for expression in [*EXPRESSIONS, *PANELS]))
    seen = {re.sub(r"_(bucket|sum|count)$", "", name) if name not in FIGURES else name for name in seen}
    assert set(FIGURES) - seen <= {
        "helpline_probe_seconds",
        "helpline_engine_switches_total",
        "helpline_outbox_waiting",
    }


def test_every_figure_can_be_counted_and_shown():
    pytest.importorskip("prometheus_client")
    made = Figures()
    made.count("helpline_turns_total", channel="website", outcome="answered")  # not open yet: nothing happens
    made.open()
    for name, figure in FIGURES.items():
        labels = dict.fromkeys(figure.labels, "x")
        {"counter": made.count, "gauge": made.set, "histogram": made.observe}[figure.kind](name, 1, **labels)
    shown = made.text().decode()
    assert {name for name in series() - {"up"} if not re.search(rf"^{name}[ {{]", shown, re.M)} == set()
    assert 'helpline_turns_total{channel="x",outcome="x"} 1.0' in shown


def test_the_code_counts_every_figure_and_none_that_is_not_in_the_table():
    code = "\n".join(path.read_text() for path in (ROOT / "helpline").rglob("*.py") if path.name != "figures.py")
    used = set(re.findall(r'figures\.(?:count|set|observe)\(\s*"([a-z_]+)"', code))
    assert used == set(FIGURES)
