/** Types that the frame and the pages share. */
import type { Evaluation, Manifest, Model, OtherEvaluation, PageData, Pictures } from "./contract.js";
import type { Network } from "./engine/network.js";
import type { painter } from "./parts/image.js";
import type { Route } from "./route.js";
import type { Picture } from "./values/images.js";
import type { MapProvider } from "./values/map-provider.js";
import type { occluder } from "./worker/occlusion-jobs.js";

/** A child of an element; null, undefined and false are left out. */
export type One = Node | string | number | null | undefined | false;
/** A child, or nested lists of children. */
export type Child = One | Child[];

export interface MenuEntry {
  label: string;
  subject?: string;
  selection?: Selection;
}

/** The part of a route after "?". Null, undefined and "" are left out. */
export type Selection = Record<string, string | number | readonly number[] | null | undefined>;

/** A page of the gallery, as exported by its module. */
export interface Page {
  /** First part of the route; "" is the first page. */
  name: string;
  /** Whether the page claims a route under another page's name. */
  claims?(route: Route, context: Context): boolean;
  /** The page whose menu entry is highlighted, for a page without one. */
  under?: string;
  /** The menu entry, which keeps the selected image; null for none. */
  menu(context: Context, image: string | null): MenuEntry | null;
  /** Build the page in the host element. */
  open(host: HTMLElement, context: Context, route: Route): View | Promise<View>;
}

/** An open page. */
export interface View {
  /** Title of the window and the history entry. */
  title: string;
  /** Show another selection; false if the page has to be reopened. */
  update: (route: Route) => boolean;
  /** Handle a key that no control handled; whether it was used. */
  key?: (key: string) => boolean;
  close?: () => void;
}

export interface Ramps {
  viridis: Uint8Array;
  diverging: Uint8Array;
}

/** The data of a page with a model and its images: of every page except one about a data set alone. */
export type ModelData = PageData & { model: Model; pictures: Pictures };

/** The context of every page. */
export interface BareContext {
  data: PageData;
  provider: MapProvider;
  /** Empty without a model. */
  pictures: Picture[];
  ramps: Ramps;
  address: (page: string, subject?: string | number | (string | number)[] | null, selection?: Selection) => string;
  go: (address: string, options?: { replace?: boolean }) => void;
  /** Announce something to screen readers. */
  tell: (words: string) => void;
}

/** The context of a page with a model. */
export interface Context extends BareContext {
  data: ModelData;
  painter: ReturnType<typeof painter>;
  /** Fill `out` with an image's pixels, 0 (black) to 1 (white). */
  unit: (position: number, out: Float32Array) => Float32Array;
  /** Create a network to run, independent of others; null if the page holds none. */
  network: (() => Promise<Network>) | null;
  /** The weights of that network, laid out as its manifest says. */
  weights: (() => Promise<Uint8Array>) | null;
  /** Computes occlusion in a worker. */
  occluder: ReturnType<typeof occluder> | null;
}

type Sections = PageData["sections"];

/** The context of a page that is shown only if these sections have data. */
export type With<Name extends keyof Sections> = Context & { data: { sections: Required<Pick<Sections, Name>> } };

/** The same for a page that is also shown without a model. */
export type BareWith<Name extends keyof Sections> = BareContext & { data: { sections: Required<Pick<Sections, Name>> } };

/** The context of a page that contains the network. */
export type LiveContext = Context & {
  data: { network: { manifest: Manifest; blob: number } };
  network: () => Promise<Network>;
  weights: () => Promise<Uint8Array>;
  occluder: ReturnType<typeof occluder>;
};

/** The context of the comparison of two models. */
export type TwoModels = With<"compare"> & { data: { sections: { compare: { other: { model: Model } } } } };

/** An evaluation of two models. */
export type EvaluatedPair = Evaluation & { other: OtherEvaluation };
