/**
 * The data of a page. Written by tools/make_contract_types.py from gallery/page/contract.schema.json; do not edit it.
 */

export type PageData = {
  schema_version: 2;
  generator: string;
  title: string;
  start: string;
  model: Model | null;
  pictures: Pictures | null;
  network: Network | null;
  maps: Maps[];
  mapped: number[] | null;
  ramps: {
    viridis: string;
    diverging: string;
    [name: string]: string;
  };
  sections: {
    overview?: Overview;
    image?: Record<string, never>;
    images?: Record<string, never>;
    compare?: Compare;
    draw?: Record<string, never>;
    layer?: LayerSection;
    channel?: ChannelSection;
    deconv?: Deconv;
    ablation?: Ablation;
    heatmaps?: Heatmaps;
    pairs?: Pairs;
    maximized?: Maximized;
    about?: About;
    embedding?: Embedding;
    statistics?: Statistics;
    similarity?: Similarity;
    filters?: Filters;
    evaluation?: Evaluation;
    labels?: LabelEvaluation;
    regression?: Regression;
    network?: NetworkDrawing;
    training?: Training;
    data?: Data;
  };
};

export type Data = {
  document: number;
  highlights: {
    figure: string;
    text: string;
    of: string;
  }[];
  height: number;
  width: number;
  channels: 1 | 3;
  side: number;
  classes: number[];
  examples: Couple[][][];
  faces: number[];
  medians: boolean;
  maps: {
    name: "variance" | "fisher" | "forest" | "information";
    blob: number;
    height: number;
    width: number;
  }[];
  duplicates: Couple[][];
  leaks: Couple[];
  odd: Couple[][];
  labels: number[][];
  thumbs: number;
  ends?: [number, number][];
};

export type Couple = [number, number];

export type Reconstructions = {
  method: string;
  title: string;
  parameters: Record<string, string>;
  target: string;
  layers: string[];
  measures: string;
  signed: boolean;
  paper: string;
  engine: string;
  notes: string[];
  path: string;
  extremes: "top" | "bottom";
  channels: number[];
  kept: number;
  height: number;
  width: number;
  depth: 1 | 3;
  set: number;
  reach: number;
  places: number;
  each: number;
  pieces: number[];
};

export type Estimate = {
  value: number | null;
  low: number | null;
  high: number | null;
};

export type Calibration = {
  expected_error: number;
  largest_error: number;
  excess: number;
  bins: {
    from: number;
    to: number;
    pictures: number;
    confidence: number | null;
    accuracy: number | null;
    low: number | null;
    high: number | null;
  }[];
};

export type Temperature = {
  temperature: number;
  fitted_on: number;
  measured_on: number;
  loss: [number, number];
  error: [number, number];
};

export type EvaluatedClasses = {
  class: string;
  pictures: number;
  "called it": number;
  precision: number | null;
  "precision low": number | null;
  "precision high": number | null;
  recall: number | null;
  "recall low": number | null;
  "recall high": number | null;
  f1: number | null;
  "f1 low": number | null;
  "f1 high": number | null;
  [name: string]: number | null | string | number;
}[];

export type OtherEvaluation = {
  model: {
    name: string;
    hash: string;
    parameters: number;
  };
  accuracy: Estimate;
  loss: Estimate;
  macro_f1: Estimate;
  calibration: Calibration;
  temperature: Temperature | null;
  temperature_left_out: string | null;
  classes: EvaluatedClasses;
  difference: Estimate;
  same: number;
  scaling: string;
  mcnemar: {
    only_first: number;
    only_second: number;
    statistic: number;
    p: number;
    exact: boolean;
  };
};

export type NetworkDrawing = {
  width: number;
  height: number;
  box: [number, number];
  boxes: {
    x: number;
    y: number;
    path: string | null;
    shown: [string, string];
    kind: string;
    shape: string;
    parameters: number;
    weight: number;
  }[];
  lines: string[];
  frames: {
    name: string;
    box: [number, number, number, number];
  }[];
};

export type LabelEvaluation = {
  pictures: number;
  threshold: number;
  interval: Interval;
  mean_average_precision: Estimate;
  macro_f1: Estimate;
  exact: Estimate;
  labels: EvaluatedLabels;
  together: [number, number, number][];
  true: EvaluationPlaces[];
  picks: {
    alarms: EvaluationPlaces;
    misses: EvaluationPlaces;
  }[];
  against: string[];
};

export type EvaluatedLabels = {
  label: string;
  images: number;
  predicted: number;
  precision: number | null;
  "precision low": number | null;
  "precision high": number | null;
  recall: number | null;
  "recall low": number | null;
  "recall high": number | null;
  f1: number | null;
  "f1 low": number | null;
  "f1 high": number | null;
  average_precision: number | null;
  "average_precision low": number | null;
  "average_precision high": number | null;
  [name: string]: number | null | string | number;
}[];

export type Interval = {
  level: number;
  rounds: number;
  seed: number;
};

export type Regression = {
  pictures: number;
  interval: Interval;
  outputs: {
    output: string;
    mean_error: Estimate;
    mae: Estimate;
    rmse: Estimate;
    r2: Estimate;
  }[];
  means: {
    mean_error: Estimate;
    mae: Estimate;
    rmse: Estimate;
    r2: Estimate;
  };
  points: {
    places: number[];
    true: NumberRows;
    predicted: NumberRows;
  };
  errors: {
    counts: EvaluationPlaces;
    low: number;
    high: number;
  }[];
  true: NumberRows;
  worst: EvaluationPlaces[];
  against: string[];
};

export type NumberRows = number[][];

export type EvaluationPlaces = number[];

export type Evaluation = {
  pictures: number;
  interval: {
    level: number;
    rounds: number;
    seed: number;
  };
  accuracy: Estimate;
  loss: Estimate;
  macro_f1: Estimate;
  calibration: Calibration;
  temperature: Temperature | null;
  temperature_left_out: string | null;
  classes: EvaluatedClasses;
  confusion: [number, number, number][];
  confused: {
    label: number;
    said: number;
    words: string;
  }[];
  scaling: string;
  verdict: string | null;
  picks: {
    worst: EvaluationPlaces;
    unsure: EvaluationPlaces;
    random: EvaluationPlaces;
  };
  other: OtherEvaluation | null;
};

export type Embedding = {
  layer: string;
  features: number;
  means: boolean;
  seed: number;
  pictures: number;
  positions: number[];
  explained: [number, number];
  maps: {
    name: "pca" | "tsne";
    blob: number;
  }[];
};

export type Training = {
  model: string;
  epochs: number[];
  figures: Record<string, number>[];
  history: Record<string, number>[];
  best: number;
  pictures: {
    blob: number;
    height: number;
    width: number;
    channels: 1 | 3;
    ids: number[];
    classes: number[];
    labelled: boolean;
    source: string;
    values: number[] | null;
  };
  range: [number, number] | null;
  class_names: string[];
  answers: number;
  heat: {
    blob: number;
    height: number;
    width: number;
    signed: boolean;
    reach: number;
    title: string;
    measures: string;
    target: string;
    layer: string;
  } | null;
  why_no_heat: string;
  kernels: {
    path: string;
    kind: string;
    blob: number;
    height: number;
    width: number;
    tiles: number;
    matrix: boolean;
    filters: number;
    of_filters: number;
    inputs: number;
    of_inputs: number;
    shape: [number, number];
    reach: number;
  }[];
  maps: {
    path: string;
    site: string;
    blob: number;
    height: number;
    width: number;
    tiles: number;
    units: boolean;
    channels: number;
    of_channels: number;
    shape: [number, number];
    low: number;
    high: number;
  }[];
  notes: string[];
};

export type Statistics = {
  pictures: number;
  layers: Record<string, {
      zeros: number;
      population: number | null;
      lifetime: number | null;
      rank: number;
      participation: number;
      units: number;
      spectrum: number[];
      class_means: (number | null)[];
    }>;
};

export type Similarity = {
  rows: string[];
  columns: string[];
  other: string | null;
  pictures: number;
  batch: number;
  values: ((number | null)[])[];
};

export type Filters = {
  alike: number;
  level: number;
  layers: Record<string, {
      blob: number;
      filters: number;
      noun: string;
      behind: string | null;
      pictures: number;
      entropy_most: number;
      places: number;
      measure: "smoothness" | "direction" | "";
      shuffles: number;
      finding: string;
    }>;
};

export type Pair = [number, number];

export type Model = {
  name: string;
  hash: string;
  input_shape: [number, number, number];
  class_names: string[];
  layers: Layer[];
  parameters: number;
  source: string;
  scale: string;
  scale_reason: string;
  scale_settled: boolean;
  score: string;
  background: string | null;
  fit: string;
  invert: "auto" | "yes" | "no";
  format: string;
  writer: string;
  repairs: string[];
  output: string;
  notes: string[];
  about: Record<string, unknown>;
  history: Record<string, unknown>[];
  head: "softmax" | "binary" | "multilabel" | "regression" | "none";
  head_reason: string;
  head_settled: boolean;
  output_shape: number[];
  output_names: string[];
};

export type Layer = {
  path: string;
  kind: string;
  shape: number[];
  parameters: number;
  activation: string | null;
  receptive_field: Pair | null;
  stride: Pair | null;
  offset: Pair | null;
  inputs: string[];
  again: boolean;
};

export type Pictures = {
  blob: number;
  count: number;
  height: number;
  width: number;
  channels: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16;
  range: [number, number];
  peak: number;
  ids: number[];
  names: string[];
  labels: number[] | null;
  predicted: number[];
  probabilities: {
    blob: number;
    classes: number;
  };
  outputs: number[][] | null;
  class_names: string[];
  source: string;
  hash: string;
  notes: string[];
  bands?: {
    channels: number[];
    ends: [number, number][];
    words: string;
  };
};

export type Network = {
  blob: number | null;
  manifest: Manifest | null;
  refused: {
    path: string;
    kind: string;
    reason: string;
  }[];
};

export type Manifest = {
  format: 1;
  input: {
    shape: number[];
    factor: number[];
    shift: number[];
    reversed: boolean;
  };
  picture: [number, number, number];
  nodes: Node[];
  paths: Record<string, number>;
  logits: number;
  squash: string;
  classes: number;
};

export type Node = import("./engine/manifest.js").Node;

export type Maps = {
  path: string;
  blob: number;
  pictures: number;
  height: number;
  width: number;
  channels: number;
  signed: boolean;
  spatial: boolean;
};

export type Overview = {
  findings: {
    figure: string;
    text: string;
    link: string | null;
  }[];
};

export type LayerSection = {
  silent: Record<string, number[]>;
  overall: Record<string, {
      pictures: number;
      blob: number;
    }>;
};

export type ChannelSection = {
  by: "label" | "predicted" | null;
  counts: number[];
  layers: Record<string, {
      blob: number;
      pictures: number;
      channels: number;
      bins: number;
      kept: number;
      classes: number;
      of: number;
    }>;
};

export type Compare = {
  other: {
    model: Model | null;
    predicted: number[];
    probabilities: {
      blob: number;
      classes: number;
    };
    shape: [number, number, number];
    notes: string[];
    network: Network | null;
  } | null;
  profiles: {
    counts: number[];
    layers: Record<string, number>;
  } | null;
};

export type Heatmaps = {
  shown: boolean;
  pictures: number[] | null;
  originals: {
    blob: number;
    height: number;
    width: number;
    span: [number, number, number, number];
  }[] | null;
  made: {
    key: string;
    method: string;
    title: string;
    parameters: Record<string, string>;
    target: string;
    layers: string[];
    measures: string;
    signed: boolean;
    paper: string;
    engine: string;
    notes: string[];
    height: number;
    width: number;
    blob: number;
    answers: number;
    classes: boolean;
  }[];
};

export type AblationNumbers = number[];

export type AblationLines = {
  cost: AblationNumbers;
  norm: AblationNumbers;
  taylor: AblationNumbers;
  [name: string]: AblationNumbers;
};

export type AblationCurves = {
  counts: number[];
  accuracy: AblationLines;
  loss: AblationLines;
  random: {
    accuracy: AblationNumbers[];
    loss: AblationNumbers[];
    [name: string]: AblationNumbers[];
  };
  removable: {
    order: string;
    count: number;
    total: number;
    before: number;
    after: number;
    low: number;
    high: number;
    pictures: number;
  };
  headline: string;
  evidence: string;
  words: string;
};

export type Ablation = {
  measured: string;
  within: number;
  accuracy: number;
  loss: number;
  further: string[];
  titles: Record<string, string>;
  overall: AblationCurves | null;
  layers: {
    path: string;
    site: string;
    noun: "filter" | "neuron";
    tied: string | null;
    accuracy: [AblationNumbers, AblationNumbers];
    loss: [AblationNumbers, AblationNumbers];
    norm: AblationNumbers;
    taylor: AblationNumbers;
    ranks: number[];
    idle: number[];
    curves: AblationCurves | null;
  }[];
};

export type Deconv = {
  layers: Reconstructions[];
  lowest?: Reconstructions[];
};

export type Maximized = {
  layers: {
    path: string;
    cell: string;
    measures: string;
    parameters: Record<string, string>;
    seed: number;
    restarts: number;
    control: boolean;
    among: number;
    source: string;
    engine: string;
    units: number[];
    height: number;
    width: number;
    depth: 1 | 3;
    pixels: number;
    reached: number[];
    from_best: boolean[];
    best: (number | null)[];
    rivals: (number | null)[];
    dead: boolean[];
  }[];
};

export type Pairs = {
  a: number;
  b: number;
  among: number;
  strongest: Rows;
  confused: Rows;
};

export type Rows = ([number | null, number | null])[];

export type About = {
  rounding: Record<string, number>;
};
