"""From the columns of any file to canonical rows: a mapping declared in YAML, guessed at first, applied with every row accounted for."""

from xingke.sources.mapping.applied import Applied, TableApplied
from xingke.sources.mapping.apply import apply
from xingke.sources.mapping.model import (
    RULES,
    TRANSFORMS,
    BadMapping,
    ColumnMap,
    Derived,
    Mapping,
    TableMap,
    Transform,
    emptied_by,
    fingerprint_of,
)
from xingke.sources.mapping.parts import InMemory, PartSink
from xingke.sources.mapping.yaml_form import from_yaml, to_yaml

__all__ = [
    "RULES",
    "TRANSFORMS",
    "Applied",
    "BadMapping",
    "ColumnMap",
    "Derived",
    "InMemory",
    "Mapping",
    "PartSink",
    "TableApplied",
    "TableMap",
    "Transform",
    "apply",
    "emptied_by",
    "fingerprint_of",
    "from_yaml",
    "to_yaml",
]
