"""What ntksweep is measured against: the same computations in PyTorch, JAX and others, in their best configuration.

Each worker is a process of its own that answers requests from bench/compare (worker.py); one thread each.
"""
