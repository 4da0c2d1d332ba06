/** How much a query has read so far, in commands unless stated otherwise. */
export type QueryVolume = {
  /** How many ids lie from the first one of the query to its last; 0: not known yet. */
  readonly span: number;
  /** Pages of what the query lists. */
  readonly pages: number;
  /** Elements found, whose activities were listed or will be. */
  readonly elements: number;
  /** Pages of activities of these elements. */
  readonly activityPages: number;
  /** Activities found for the first time: the bindings of each are read. */
  readonly candidates: number;
};

/** What a sweep has read so far: from this and from what lies ahead its progress is estimated. */
export type SweepVolume = {
  /** All commands. */
  readonly asked: number;
  /** How much of the sweep is done, 0 to less than 1; null: not known yet. */
  readonly progress: number | null;
  /** By the number of the query; empty: the sweep began in a release that did not count this. */
  readonly queries: readonly QueryVolume[];
};

const NOTHING: QueryVolume = { span: 0, pages: 0, elements: 0, activityPages: 0, candidates: 0 };

export const initialVolume = (queries: number): SweepVolume => ({
  asked: 0,
  progress: null,
  queries: Array.from({ length: queries }, () => NOTHING),
});

/** The number of a query, once for every thing that it brought. */
type PerQuery = readonly number[];

export type AskedVolume = { readonly commands: number; readonly pages: PerQuery; readonly activityPages: PerQuery };

/** The volume with the commands of one request. */
export const withAsked = (volume: SweepVolume, { commands, pages, activityPages }: AskedVolume): SweepVolume => ({
  ...volume,
  asked: volume.asked + commands,
  queries: volume.queries.map((query, number) => ({
    ...query,
    pages: query.pages + countOf(pages, number),
    activityPages: query.activityPages + countOf(activityPages, number),
  })),
});

export type BroughtVolume = {
  /** The spans that were learned, by the number of the query. */
  readonly spans: ReadonlyMap<number, number>;
  readonly elements: readonly { readonly query: number; readonly ids: readonly number[] }[];
  readonly candidates: PerQuery;
};

/** The volume with what the answers brought. */
export const withBrought = (volume: SweepVolume, { spans, elements, candidates }: BroughtVolume): SweepVolume => ({
  ...volume,
  queries: volume.queries.map((query, number) => ({
    ...query,
    span: spans.get(number) ?? query.span,
    elements: query.elements + elements.reduce((sum, { query: of, ids }) => sum + (of === number ? ids.length : 0), 0),
    candidates: query.candidates + countOf(candidates, number),
  })),
});

const countOf = (numbers: PerQuery, number: number): number => numbers.filter((one) => one === number).length;

/** Numbers only, as the state of a sweep has to be short. */
export type EncodedVolume = readonly [asked: number, progress: number | null, ...queries: (readonly number[])[]];

export const encodeVolume = ({ asked, progress, queries }: SweepVolume): EncodedVolume => [
  asked,
  progress,
  ...queries.map(({ span, pages, elements, activityPages, candidates }) => [
    span,
    pages,
    elements,
    activityPages,
    candidates,
  ]),
];

/** A checkpoint that was stored before this was counted has no volume. */
export function decodeVolume(encoded: EncodedVolume | undefined): SweepVolume {
  if (encoded === undefined) return initialVolume(0);
  const [asked, progress, ...queries] = encoded;
  return {
    asked,
    progress,
    queries: queries.map(([span = 0, pages = 0, elements = 0, activityPages = 0, candidates = 0]) => ({
      span,
      pages,
      elements,
      activityPages,
      candidates,
    })),
  };
}
