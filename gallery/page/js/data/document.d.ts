/** The document of a data report, written by cnnviz/reports/dataset/document.py. Null: left out. */

export interface DataDocument {
  schema_version: 1;
  kind: "data";
  findings: string[];
  left_out: string[];
  class_names: string[];
  sets: SetFacts[];
  mean_differences: Difference[] | null;
  correlation: {
    order: number[];
    /** One matrix per set; empty if there are too many classes. */
    sets: Matrix[];
    difference: Matrix | null;
  };
  closest_pairs: { classes: [string, string]; correlation: number }[];
  nearest_pairs: { classes: [string, string]; separation: number | null }[];
  fisher: Matrix;
  separability: Separability | null;
  importance: Importance | null;
  leaks: Pairs | null;
  drift: { alarm: boolean; level: number; tests: DriftTest[] } | null;
}

/** Rows of numbers; null for values that are not finite. */
type Matrix = (number | null)[][];

export interface SetFacts {
  name: string;
  source: string;
  pictures: number;
  shape: number[];
  type: string;
  hash: string | null;
  labelled: boolean;
  notes: string[];
  missing: { values: number; pictures: number[] };
  /** The pixel value of white. */
  peak: number;
  range: [number, number];
  darkest_maximum: { value: number; picture: number };
  lightest_minimum: { value: number; picture: number };
  constant: number[];
  mean: number | null;
  deviation: number | null;
  classes: ClassFacts[];
  duplicates: Pairs | null;
  odd: { count: number; pictures: { picture: number; kind: string; score: number; reason: string }[] } | null;
  label_errors: LabelErrors | null;
}

export interface ClassFacts {
  name: string;
  pictures: number;
  share: number;
  mean: number | null;
  spread: number | null;
  /** Number of pixels at each of 256 levels. */
  levels: number[];
}

/** Difference of the two sets' means of a class, or of all images; no interval if there are too few. */
export type Difference = { class: string } & (
  | { difference: number; low: number; high: number; noise: boolean }
  | { difference: number | null; low: null; high: null; noise: null }
);

export interface Separability {
  silhouette: number | null;
  pictures: number;
  components: number;
  explained: number;
  classes: { name: string; silhouette: number | null; nearest: string | null }[];
}

export interface Importance {
  forest: Matrix;
  forest_accuracy: number;
  forest_trees: number;
  forest_pictures: number;
  information_bits: Matrix;
  entropy_bits: number;
  information_pictures: number;
}

export interface Pairs {
  count: number;
  exact: number;
  pairs: { pictures: [number, number]; exact: boolean; likeness: number; other_label: boolean }[];
}

export interface LabelErrors {
  count: number;
  /** Name of the network that judged; null for a classifier trained for it. */
  judge: string | null;
  /** Share of labels that the judge agrees with; null if labels were not judged. */
  agreement: number | null;
  pictures: { picture: number; given: string; suggested: string; confidence: number; own: number }[];
}

export interface DriftTest {
  what: string;
  method: string;
  statistic: number;
  p: number;
  adjusted_p: number;
  alarm: boolean;
  words: string;
}
