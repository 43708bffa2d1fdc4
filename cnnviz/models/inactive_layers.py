"""Layers and operations that pass values on unchanged in inference, by class name."""

from __future__ import annotations

#: Layers that only training knows: in inference they are not there. RandomCrop is none of them: it changes the size.
INACTIVE = frozenset(
    "ActivityRegularization AlphaDropout AugMix CutMix Dropout GaussianDropout GaussianNoise Identity MixUp "
    "RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomElasticTransform "
    "RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective "
    "RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom "
    "SpatialDropout2D".split()
)

#: What gives the same numbers in the same order another shape.
RESHAPING = frozenset("ExpandDims Flatten Reshape Squeeze".split())

#: Whatever comes out of these is what went in: the layer before already tells it.
UNCHANGING = INACTIVE | RESHAPING
