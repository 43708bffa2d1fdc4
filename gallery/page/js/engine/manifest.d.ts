/** The graph of a network as cnnviz/export writes it: each operation is a node with settings of its own. */
import type { Place } from "./tensors.js";
import type { Manifest } from "../contract.js";

export type { Manifest };

/** What the nodes of all operations have. */
interface Base {
  /** Numbers of the arrays that it reads: 0 is the input, n the output of node n − 1. */
  inputs: number[];
  /** Of its output, without the batch. */
  shape: number[];
  weights: Record<string, Place>;
}

type Pair = [number, number];

export interface Activation extends Base {
  op: "activation";
  /** A key of CURVES in activation.js. */
  kind: string;
  /** Of a ReLU: its slope below the threshold, the threshold, and where it is cut off. */
  slope?: number;
  threshold?: number;
  top?: number | null;
  /** Of an ELU. */
  alpha?: number;
  /** Of a GELU: whether by tanh. */
  approximate?: boolean;
}

export interface Convolution extends Base {
  op: "conv2d";
  stride: Pair;
  dilation: Pair;
  /** Zeros above and to the left. */
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
  /** Without the batch. */
  axis: number;
}

export interface LayerNormalisation extends Base {
  op: "layernorm";
  epsilon: number;
}

export interface Window extends Base {
  op: "window";
  /** Row and column of its top left corner in what it reads, below zero where it reaches over the edge. */
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
  | Activation | Convolution | Depthwise | Pooling | Merge | Concatenation | LayerNormalisation | Window | Repeat | Plain;
