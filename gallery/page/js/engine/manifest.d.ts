/** Nodes of the network graph that cnnviz/export writes, by operation. */
import type { Place } from "./tensors.js";
import type { Manifest } from "../contract.js";

export type { Manifest };

/** Fields of all nodes. */
interface Base {
  /** Arrays that the node reads: 0 is the input, n the output of node n − 1. */
  inputs: number[];
  /** Output shape without the batch axis. */
  shape: number[];
  weights: Record<string, Place>;
}

type Pair = [number, number];

export interface Activation extends Base {
  op: "activation";
  /** A key of CURVES in activation.js. */
  kind: string;
  /** ReLU: slope below the threshold, the threshold, and the maximum. */
  slope?: number;
  threshold?: number;
  top?: number | null;
  /** ELU. */
  alpha?: number;
  /** GELU: whether it uses the tanh approximation. */
  approximate?: boolean;
}

export interface Convolution extends Base {
  op: "conv2d";
  stride: Pair;
  dilation: Pair;
  /** Padding above and to the left. */
  before: Pair;
  groups: number;
}

export interface Depthwise extends Base {
  op: "depthwise";
  stride: Pair;
  dilation: Pair;
  before: Pair;
}

export interface Pooling extends Base {
  op: "maxpool" | "avgpool";
  window: Pair;
  stride: Pair;
  before: Pair;
}

export interface Merge extends Base {
  op: "merge";
  kind: "add" | "multiply" | "subtract" | "average" | "maximum" | "minimum";
}

export interface Concatenation extends Base {
  op: "concat";
  /** Without the batch axis. */
  axis: number;
}

export interface LayerNormalization extends Base {
  op: "layernorm";
  epsilon: number;
}

export interface Window extends Base {
  op: "window";
  /** Row and column of the top left corner in the input; negative beyond the edge. */
  origin: Pair;
}

export interface Repeat extends Base {
  op: "repeat";
  times: Pair;
}

/** Operations without settings. */
export interface Plain extends Base {
  op: "affine" | "dense" | "prelu" | "reshape" | "softmax";
}

export type Node =
  | Activation | Convolution | Depthwise | Pooling | Merge | Concatenation | LayerNormalization | Window | Repeat | Plain;
