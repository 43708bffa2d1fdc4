"""Layers and operations that pass values on unchanged in inference, by class name."""

from __future__ import annotations

#: Layers that act only in training. RandomCrop is not among them, since it changes the size.
INACTIVE = frozenset(
    "ActivityRegularization AlphaDropout AugMix CutMix Dropout GaussianDropout GaussianNoise Identity MixUp "
    "RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomElasticTransform "
    "RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective "
    "RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom "
    "SpatialDropout2D".split()
)

#: Operations that only change the shape.
RESHAPING = frozenset("ExpandDims Flatten Reshape Squeeze".split())

#: Layers whose output is their input, so that it is already shown for the layer before.
UNCHANGING = INACTIVE | RESHAPING
