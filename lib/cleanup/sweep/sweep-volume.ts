/** How much a pass has been so far, in commands unless it says otherwise. */
export type QueryVolume = {
  /** Ids from the first one of the pass to its last; 0: nobody has looked yet. */
  readonly span: number;
  /** Pages of what the pass goes through. */
  readonly pages: number;
  /** Elements whose activities were asked for, or are to be. */
  readonly elements: number;
  /** Pages of the activities of these elements. */
  readonly activityPages: number;
  /** Activities that nobody has met before: the bindings of each are asked for. */
  readonly candidates: number;
};

/** What a sweep has gone through: from it, and from what lies ahead, its share is estimated. */
export type SweepVolume = {
  /** All commands. */
  readonly asked: number;
  /** Of all there is to be gone through, 0 to less than 1; null: nobody knows yet. */
  readonly progress: number | null;
  /** By the number of the pass; none: the sweep began before this was counted. */
  readonly queries: readonly QueryVolume[];
};

const NOTHING: QueryVolume = { span: 0, pages: 0, elements: 0, activityPages: 0, candidates: 0 };

export const initialVolume = (queries: number): SweepVolume => ({
  asked: 0,
  progress: null,
  queries: Array.from({ length: queries }, () => NOTHING),
});

/** The number of a pass, once for each of what it has brought. */
type PerQuery = readonly number[];

export type AskedVolume = { readonly commands: number; readonly pages: PerQuery; readonly activityPages: PerQuery };

/** With the commands of a round. */
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
  /** Those that were learned, by the number of the pass. */
  readonly spans: ReadonlyMap<number, number>;
  readonly elements: readonly { readonly query: number; readonly ids: readonly number[] }[];
  readonly candidates: PerQuery;
};

/** With what their answers have brought. */
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

/** Numbers alone, as the state of a sweep has to be short. */
export type EncodedVolume = readonly [asked: number, share: number | null, ...passes: (readonly number[])[]];

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

/** A place that was stored before this was counted has none. */
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
