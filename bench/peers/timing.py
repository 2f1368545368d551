"""Processor time of a function, as Google Benchmark takes it for ntksweep."""

import statistics
import time


def cpu_time(action, budget_s=0.3, sample_s=0.02):
    """Median processor time [s] of one call, all threads of the process, over samples that fill the budget.

    A first call warms up and is not counted; calls that are shorter than sample_s are timed in bunches.
    """
    action()
    start = time.process_time()
    action()
    once = max(time.process_time() - start, 1e-7)
    bunch = max(1, round(sample_s / once))
    samples = []
    begin = time.perf_counter()
    while not samples or (time.perf_counter() - begin < budget_s and len(samples) < 200):
        start = time.process_time()
        for _ in range(bunch):
            action()
        samples.append((time.process_time() - start) / bunch)
    return statistics.median(samples)


def fastest(choices, budget_s=0.1):
    """The key of the choice (key -> action, units of work) with the least time per unit of work."""
    return min(choices, key=lambda key: cpu_time(choices[key][0], budget_s) / choices[key][1])
