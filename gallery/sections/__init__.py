"""The sections of a page, in menu order."""

from __future__ import annotations

from .ablation import ABLATION
from .about import ABOUT
from .channel import CHANNEL
from .compare import COMPARE
from .data import DATA
from .deconv import DECONV
from .draw import DRAW
from .embedding import EMBEDDING
from .evaluation import EVALUATION
from .filters import FILTERS
from .heatmaps import HEATMAPS
from .image import IMAGE
from .images import IMAGES
from .label_evaluation import LABELS
from .layer import LAYER
from .maximized import MAXIMIZED
from .network import NETWORK
from .overview import OVERVIEW
from .pairs import PAIRS
from .regression import REGRESSION
from .similarity import SIMILARITY
from .statistics import STATISTICS
from .training import TRAINING

#: The sections of cnnviz; each appears if it has something to show.
ALL = (
    OVERVIEW,
    EVALUATION,
    LABELS,
    REGRESSION,
    IMAGES,
    IMAGE,
    LAYER,
    CHANNEL,
    DECONV,
    ABLATION,
    TRAINING,
    EMBEDDING,
    COMPARE,
    DATA,
    DRAW,
    ABOUT,
    NETWORK,
    HEATMAPS,
    PAIRS,
    FILTERS,
    STATISTICS,
    SIMILARITY,
    MAXIMIZED,
)
