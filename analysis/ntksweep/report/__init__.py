"""The report: one HTML page of a sweep, with figures, findings, failures, cells and cost.

Everything in it comes from the figures and functions of this package; the report chooses, arranges and words
(docs/decisions/0024-report.md).
"""

from ntksweep.report.page import page, write_page

__all__ = ["page", "write_page"]
