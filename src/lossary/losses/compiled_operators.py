"""Operators of PyTorch that torch.compile records for losses with kernels."""

from lossary.kernels.margins import MARGINS
from lossary.kernels.pointwise import POINTWISE
from lossary.kernels.rows import ROWS
from lossary.kernels.torch.operators import LossOperator
from lossary.losses.multiclass_plain import plain_multiclass
from lossary.losses.pointwise_plain import plain_pointwise
from lossary.losses.rowwise_plain import plain_rowwise

__all__ = ["MARGIN_OPERATOR", "POINTWISE_OPERATOR", "ROW_OPERATOR"]

POINTWISE_OPERATOR = LossOperator(POINTWISE, plain_pointwise)
ROW_OPERATOR = LossOperator(ROWS, plain_rowwise)
MARGIN_OPERATOR = LossOperator(MARGINS, plain_multiclass)
