"""All figures on matching as Markdown tables, as docs/matching.md publishes them."""

from collections.abc import Callable
from dataclasses import asdict, replace

from evaluation.benchmark.report import markdown
from evaluation.matching.plans import (
    OURS,
    Board,
    Measured,
    gap_to_other_solver,
    measure,
    measure_rarity,
    most_rare,
    share_of_known,
)
from evaluation.matching.pools import Pool, pools, rare_pool
from evaluation.matching.skipping import measure_skipping
from evaluation.matching.stability import measure_stability
from evaluation.matching.year import Year, measure_years
from helpline.volunteers.weights import DEFAULT_WEIGHTS

MOST_FIT = "most fit in all"
WAITS = (0.0, 0.5, 1.0, 2.0)
RARITIES = (0.0, 1.0, 2.0, 4.0)


def report(say: Callable[[str], None], requests: int = 1000, volunteers: int = 2000) -> tuple[dict[str, object], str]:
    """Measure everything.

    Args:
        say: Told what is measured now.
        requests: How many wait in each pool.
        volunteers: How many volunteers there are in the largest.

    Returns:
        The figures for programs, and for people.
    """
    figures: dict[str, object] = {}
    tables = []
    of_pools = pools(requests, volunteers)
    for pool in of_pools:
        say(pool.name)
        measured = measure(pool)
        figures[pool.name] = {name: asdict(each) for name, each in measured.items()}
        tables.append(f"**{_title(pool)}**\n\n{_pool_table(measured)}")
    proofs = {}
    for pool in of_pools:
        if pool.best is not None:
            total, found = share_of_known(pool)
            proofs[f"{pool.name}: total, share of the known best"] = f"{total:.2%}"
            proofs[f"{pool.name}: pairs found of the known best"] = f"{found:.1%}"
    gap = abs(gap_to_other_solver())
    proofs["100 requests, 60 volunteers: what another solver (HiGHS) finds less missing"] = f"{gap:.3f}"
    figures["proofs"] = proofs
    tables.append(markdown(["", "figure"], [[name, figure] for name, figure in proofs.items()]))
    say("what is left out")
    skipping = {pool.name: measure_skipping(pool) for pool in of_pools if pool.truth != pool.problem}
    figures["what is left out"] = {
        name: {way: asdict(fit) for way, fit in fits.items()} for name, fits in skipping.items()
    }
    ways = list(next(iter(skipping.values())))
    rows = [
        [name, *(f"{fits[way].score:.3f}, {fits[way].worst_tenth:.3f}" for way in ways)]
        for name, fits in skipping.items()
    ]
    tables.append(markdown(["true score, and of the worst tenth", *ways], rows))
    say("stability")
    stability = {pool.name: measure_stability(pool, 4) for pool in of_pools if pool.best is None}
    figures["stability"] = {name: asdict(each) for name, each in stability.items()}
    rows = [[name, f"{each.kept:.1f}", f"{each.afresh:.1f}"] for name, each in stability.items()]
    header = ["others who get somebody else", "with what was proposed before", "made afresh"]
    tables.append(markdown(header, rows))
    say("rarity")
    scarce = rare_pool(requests, requests * 3 // 5)
    by_rarity = {f"{rarity:g}": measure_rarity(scarce, rarity) for rarity in RARITIES}
    figures["by the weight of rarity"] = {name: asdict(each) for name, each in by_rarity.items()}
    rows = [
        [
            name,
            f"{each.without:.0%}",
            f"{each.all_without:.0%}",
            f"{each.as_rare:.0%} of {each.most_as_rare:.0%}",
            f"{each.score:.2f}",
            f"{each.total:.0f}",
        ]
        for name, each in by_rarity.items()
    ]
    header = [
        "weight of rarity",
        "the rare without",
        "all without",
        "rare with rare, of the most",
        "mean score of the rare",
        "sum of all scores",
    ]
    tables.append(markdown(header, rows))
    say("years")
    years = measure_years()
    figures["years"] = {name: asdict(each) for name, each in years.items()}
    tables.append(_year_table(years))
    by_wait = {f"{wait:g}": measure_years(replace(DEFAULT_WEIGHTS, wait=wait), (OURS,))[OURS] for wait in WAITS}
    figures["years by the weight of waiting"] = {name: asdict(each) for name, each in by_wait.items()}
    tables.append(_year_table(by_wait, "weight of waiting"))
    return figures, "\n\n".join(tables)


def _title(pool: Pool) -> str:
    problem = pool.problem
    board = Board(problem)
    fewest = board.fewest_without()
    must = f", {fewest:.1%} must go without" if fewest else ""
    most = f", at most {most_rare(pool, board):.0%} of the rare with somebody as rare" if pool.rare else ""
    return f"{pool.name}: {len(problem.needs):,} requests, {len(problem.volunteers):,} volunteers{must}{most}"


def _pool_table(measured: dict[str, Measured]) -> str:
    most, least = measured[MOST_FIT].total, measured[OURS].missing
    rare = any(each.rare is not None for each in measured.values())
    header = ["", "fit in all", "missing in all", "worst tenth", "longest waiting tenth",
              *(["rare with rare"] if rare else []), "without", "longest of them (days)", "seconds"]  # fmt: skip
    rows = [
        [
            name,
            f"{each.total / most:.1%}",
            f"{each.missing / least:.1%}",
            f"{each.worst_tenth:.2f}",
            f"{each.longest_waiting:.2f}",
            *([f"{each.rare:.0%}"] if each.rare is not None else []),
            f"{each.without:.1%}",
            "" if each.longest_without is None else f"{each.longest_without:.0f}",
            f"{each.seconds:.1f}",
        ]
        for name, each in measured.items()
    ]
    return markdown(header, rows)


def _year_table(years: dict[str, Year], of: str = "") -> str:
    header = [of, "longest wait (weeks)", "worst year", "over four weeks", "mean score", "worst tenth"]
    rows = [
        [
            name,
            f"{each.longest:.1f}",
            f"{each.worst_longest:.0f}",
            f"{each.late:.1%}",
            f"{each.score:.2f}",
            f"{each.worst_tenth:.2f}",
        ]
        for name, each in years.items()
    ]
    return markdown(header, rows)
