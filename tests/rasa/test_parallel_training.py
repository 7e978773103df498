"""Two components are trained at a time, each with arithmetic on one thread."""

import threading

from rasa.engine.runner import dask as runner
from threadpoolctl import threadpool_info

from helpline.rasa.parallel_training import parallel_training


def threads_of_libraries() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_two_components_are_trained_at_once_and_each_on_one_thread() -> None:
    met = threading.Barrier(2, timeout=30)

    def component() -> set[int]:
        met.wait()  # nobody passes alone
        return threads_of_libraries()

    graph = {"classifier": (component,), "detector": (component,), "both": (set.union, "classifier", "detector")}
    with parallel_training():
        assert runner.dask.get(graph, "both") == {1}


def test_afterwards_rasa_trains_as_ever() -> None:
    before = runner.dask
    with parallel_training():
        assert runner.dask is not before
    assert runner.dask is before
