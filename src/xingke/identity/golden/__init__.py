"""One record a customer, made of what its records say."""

from xingke.identity.golden.completeness import completeness
from xingke.identity.golden.record import format_labels, golden_records, records_of

__all__ = ["completeness", "format_labels", "golden_records", "records_of"]
