"""What is measured of the console: every page that reads the store, on a store that is filled."""

import re

from evaluation.benchmark.console_pages import measure_console, pages
from helpline.console.app import routes

# Pages that read no more than who has signed in, streams and files that are small by what they are, what the engine
# answers.
NOT_MEASURED = {
    "/", "/health", "/static/{name}", "/sign-in", "/sign-in/code", "/sign-in/set-up", "/queue/news", "/staff",
    "/answers/change.diff", "/answers/{name}/change.diff", "/try", "/try/tests/progress", "/try/tests/stories.yml",
    "/try/tests/cases.jsonl", "/try/tests/{number:int}/story.yml", "/account/still-here", "/queue/{reference}/viewers",
    "/try/tests/{number:int}/case.jsonl", "/access", "/proposals/training.yml", "/proposals/development.yml",
    "/overview/{name}", "/volunteers/new", "/matching/progress",
}  # fmt: skip

# What is asked for with a form, and what is there once a plan is made.
ASKED_FOR = {"search by number", "access request", "volunteers, by name"}
OF_A_PLAN = {"matching, a plan", "matching, a later page", "matching, somebody else", "matching, what a change costs"}


def test_every_page_is_measured_and_none_is_larger_than_it_may_be(tmp_path) -> None:
    measured = measure_console(f"sqlite:///{tmp_path / 'store.db'}", tmp_path, 1, lambda what: None, 300, 1000)
    assert measured.rotation > 0
    costs = measured.pages
    assert set(costs) == {*pages(300, 1000), *ASKED_FOR, *OF_A_PLAN}
    assert {name: cost.kilobytes for name, cost in costs.items() if cost.kilobytes > 60} == {}
    shown = {path.partition("?")[0] for path in pages(300, 1000).values()} | {
        "/matching/change",
        "/matching/requests/2",
    }
    for route in routes():
        if "GET" in route.methods and route.path not in NOT_MEASURED:
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", re.escape(route.path).replace(r"\{", "{").replace(r"\}", "}"))
            assert any(re.fullmatch(pattern, path) for path in shown), route.path
