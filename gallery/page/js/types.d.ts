/** What the frame and the pages agree on. */
import type { Evaluation, Manifest, Model, OtherEvaluation, PageData, Pictures } from "./contract.js";
import type { Network } from "./engine/network.js";
import type { painter } from "./parts/image.js";
import type { Route } from "./route.js";
import type { Picture } from "./values/images.js";
import type { MapProvider } from "./values/map-provider.js";
import type { occluder } from "./worker/occlusion-jobs.js";

/** What can be put into an element. */
export type One = Node | string | number | null | undefined | false;
/** One, or lists of them. */
export type Child = One | Child[];

export interface MenuEntry {
  label: string;
  subject?: string;
  selection?: Selection;
}

/** The part of an address after "?": what is null is left out. */
export type Selection = Record<string, string | number | readonly number[] | null | undefined>;

/** A page of the gallery, as its module exports it. */
export interface Page {
  /** Its part of the address; "" is the first page. */
  name: string;
  /** Whether an address under another page's name is its own. */
  claims?(route: Route, context: Context): boolean;
  /** The page whose menu entry stands for this one too, where this one has none. */
  under?: string;
  /** Its entry in the menu, keeping the selected image. */
  menu(context: Context, image: string | null): MenuEntry | null;
  /** Build it into the host. */
  open(host: HTMLElement, context: Context, route: Route): View | Promise<View>;
}

/** An open page. */
export interface View {
  /** For the window and the history. */
  title: string;
  /** Show another selection; false asks to be built anew. */
  update: (route: Route) => boolean;
  /** A key that no control wanted; whether it did something. */
  key?: (key: string) => boolean;
  close?: () => void;
}

export interface Ramps {
  viridis: Uint8Array;
  diverging: Uint8Array;
}

/** The data of a page that has a model and pictures, as all have but those about a data set or a training run alone. */
export type ModelData = PageData & { model: Model; pictures: Pictures };

/** What every page gets to work with. */
export interface BareContext {
  data: PageData;
  provider: MapProvider;
  /** None where there is no model. */
  pictures: Picture[];
  ramps: Ramps;
  address: (page: string, subject?: string | number | (string | number)[] | null, selection?: Selection) => string;
  go: (address: string, options?: { replace?: boolean }) => void;
  /** Say it to a screen reader. */
  tell: (words: string) => void;
}

/** What pages get where there is a model. */
export interface Context extends BareContext {
  data: ModelData;
  painter: ReturnType<typeof painter>;
  /** Fills `out` with a picture's pixels, from black 0 to white 1. */
  unit: (position: number, out: Float32Array) => Float32Array;
  /** Makes a network of one's own to run. */
  network: (() => Promise<Network>) | null;
  /** Of that network, as its manifest says. */
  weights: (() => Promise<Uint8Array>) | null;
  /** Computes occlusion beside the page. */
  occluder: ReturnType<typeof occluder> | null;
}

type Sections = PageData["sections"];

/** What the page of these sections gets: their data are there. */
export type With<Name extends keyof Sections> = Context & { data: { sections: Required<Pick<Sections, Name>> } };

/** The same for the page of a section that is shown without a model too. */
export type BareWith<Name extends keyof Sections> = BareContext & { data: { sections: Required<Pick<Sections, Name>> } };

/** What pages get that have the network in them. */
export type LiveContext = Context & {
  data: { network: { manifest: Manifest; blob: number } };
  network: () => Promise<Network>;
  weights: () => Promise<Uint8Array>;
  occluder: ReturnType<typeof occluder>;
};

/** What the comparison of two models gets. */
export type TwoModels = With<"compare"> & { data: { sections: { compare: { other: { model: Model } } } } };

/** An evaluation that held a second model beside the page's own. */
export type EvaluatedPair = Evaluation & { other: OtherEvaluation };
