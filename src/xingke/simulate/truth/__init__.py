"""What really is: tables that the product never sees. Only the generator writes them and only the scorer reads them."""

from xingke.simulate.truth.files import TRUTH_MARK, TruthFolder, TruthReader, TruthWriter, forget_future, future_of
from xingke.simulate.truth.tables import TRUTH_TABLES

__all__ = ["TRUTH_MARK", "TRUTH_TABLES", "TruthFolder", "TruthReader", "TruthWriter", "forget_future", "future_of"]
