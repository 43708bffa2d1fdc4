"""Pure operations of TensorFlow: they use no file, variable, network or Python.

A graph from a file runs only if all of its operations are in this list. A list of allowed operations is short and stays
valid when TensorFlow adds operations; a list of dangerous ones does not.
"""

from __future__ import annotations

_ARITHMETIC = """
    Abs Acos Acosh Add AddN AddV2 Asin Asinh Atan Atan2 Atanh Ceil ClipByValue Complex Conj Cos Cosh Cumprod Cumsum Div
    DivNoNan Erf Erfc Erfinv Exp Expm1 Floor FloorDiv FloorMod Greater GreaterEqual Imag Inv Invert IsFinite IsInf IsNan
    Less LessEqual Lgamma Log Log1p LogicalAnd LogicalNot LogicalOr Maximum Minimum Mod Mul MulNoNan Ndtri Neg NextAfter
    NotEqual Equal ApproximateEqual Pow Real RealDiv Reciprocal Rint Round Rsqrt Sigmoid Sign Sin Sinh Sqrt Square
    SquaredDifference Sub Tan Tanh TruncateDiv TruncateMod Xdivy Xlog1py Xlogy BitwiseAnd BitwiseOr BitwiseXor LeftShift
    RightShift Bucketize
"""
_REDUCTIONS = """
    All Any ArgMax ArgMin EuclideanNorm Max Mean Min Prod Sum TopK TopKV2 InTopK InTopKV2 SegmentMax SegmentMean
    SegmentSum UnsortedSegmentMax UnsortedSegmentSum
"""
_NETWORKS = """
    AvgPool AvgPool3D BatchMatMul BatchMatMulV2 BatchMatMulV3 BiasAdd BiasAddV1 Conv Conv2D Conv2DBackpropInput
    Conv2DBackpropInputV2 Conv3D DepthwiseConv2dNative Dilation2D Einsum Elu FusedBatchNorm FusedBatchNormV2
    FusedBatchNormV3 LeakyRelu LRN L2Loss LogSoftmax MatMul MaxPool MaxPool3D MaxPoolV2 MaxPoolWithArgmax Relu Relu6
    Selu Softmax Softplus Softsign FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel
    QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 QuantizeAndDequantizeV4
"""
_SHAPES = """
    BatchToSpace BatchToSpaceND Bitcast BroadcastArgs BroadcastTo Cast CheckNumerics Concat ConcatV2 ConcatOffset Const
    DepthToSpace Diag DiagPart EnsureShape ExpandDims ExtractImagePatches Fill Gather GatherNd GatherV2 Identity
    IdentityN InvertPermutation LinSpace MatrixBandPart MatrixDiag MatrixDiagPart MirrorPad OneHot OnesLike Pack Pad
    PadV2 ParallelConcat PlaceholderWithDefault PreventGradient Range Rank Reshape ReverseV2 Roll ScatterNd Select
    SelectV2 Shape ShapeN Size Slice Snapshot SpaceToBatch SpaceToBatchND SpaceToDepth Split SplitV Squeeze
    StopGradient StridedSlice TensorScatterAdd TensorScatterUpdate Tile Transpose Unpack Where ZerosLike
"""
_PICTURES = """
    AdjustContrastv2 AdjustHue AdjustSaturation CropAndResize HSVToRGB ImageProjectiveTransformV2
    ImageProjectiveTransformV3 RGBToHSV ResizeArea ResizeBicubic ResizeBilinear ResizeNearestNeighbor ScaleAndTranslate
"""
PURE = frozenset(" ".join((_ARITHMETIC, _REDUCTIONS, _NETWORKS, _SHAPES, _PICTURES)).split())

#: Prefixes of operations of training: drawing random numbers, and changing variables. Keras 3 exports a network that
#: begins with augmentation in training mode, and its output is then useless.
TRAINING_PREFIXES = ("Assign", "Random", "StatelessRandom", "StatelessTruncated", "TruncatedNormal", "RngReadAndSkip")

#: Operations that call a function of the Python process which made the graph; no other process has it.
PYTHON = frozenset({"PyFunc", "PyFuncStateless", "EagerPyFunc"})

#: Names, inside functions, of the results of operations that have several, in order.
OUTPUT_NAMES = {
    "FusedBatchNorm": ("y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"),
    "FusedBatchNormV2": ("y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"),
    "FusedBatchNormV3": ("y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2", "reserve_space_3"),
    "MaxPoolWithArgmax": ("output", "argmax"),
    "StatelessRandomGetKeyCounter": ("key", "counter"),
    "StatelessRandomGetKeyCounterAlg": ("key", "counter", "alg"),
    "TopK": ("values", "indices"),
    "TopKV2": ("values", "indices"),
}

#: Operations used only as control inputs; they are left out.
ORDER_ONLY = frozenset({"NoOp", "Assert"})
