/** How much a pass has been so far, in commands unless it says otherwise. */
export type PassExtent = {
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
export type Extent = {
  /** All commands. */
  readonly asked: number;
  /** Of all there is to be gone through, 0 to less than 1; null: nobody knows yet. */
  readonly share: number | null;
  /** By the number of the pass; none: the sweep began before this was counted. */
  readonly passes: readonly PassExtent[];
};

const NOTHING: PassExtent = { span: 0, pages: 0, elements: 0, activityPages: 0, candidates: 0 };

export const initialExtent = (passes: number): Extent => ({
  asked: 0,
  share: null,
  passes: Array.from({ length: passes }, () => NOTHING),
});

/** The number of a pass, once for each of what it has brought. */
type PerPass = readonly number[];

export type AskedRound = { readonly commands: number; readonly pages: PerPass; readonly activityPages: PerPass };

/** With the commands of a round. */
export const withAsked = (extent: Extent, { commands, pages, activityPages }: AskedRound): Extent => ({
  ...extent,
  asked: extent.asked + commands,
  passes: extent.passes.map((pass, number) => ({
    ...pass,
    pages: pass.pages + countOf(pages, number),
    activityPages: pass.activityPages + countOf(activityPages, number),
  })),
});

export type BroughtByRound = {
  /** Those that were learned, by the number of the pass. */
  readonly spans: ReadonlyMap<number, number>;
  readonly elements: readonly { readonly pass: number; readonly ids: readonly number[] }[];
  readonly candidates: PerPass;
};

/** With what their answers have brought. */
export const withBrought = (extent: Extent, { spans, elements, candidates }: BroughtByRound): Extent => ({
  ...extent,
  passes: extent.passes.map((pass, number) => ({
    ...pass,
    span: spans.get(number) ?? pass.span,
    elements: pass.elements + elements.reduce((sum, { pass: of, ids }) => sum + (of === number ? ids.length : 0), 0),
    candidates: pass.candidates + countOf(candidates, number),
  })),
});

const countOf = (numbers: PerPass, number: number): number => numbers.filter((one) => one === number).length;

/** Numbers alone, as the state of a sweep has to be short. */
export type EncodedExtent = readonly [asked: number, share: number | null, ...passes: (readonly number[])[]];

export const encodeExtent = ({ asked, share, passes }: Extent): EncodedExtent => [
  asked,
  share,
  ...passes.map(({ span, pages, elements, activityPages, candidates }) => [
    span,
    pages,
    elements,
    activityPages,
    candidates,
  ]),
];

/** A place that was stored before this was counted has none. */
export function decodeExtent(encoded: EncodedExtent | undefined): Extent {
  if (encoded === undefined) return initialExtent(0);
  const [asked, share, ...passes] = encoded;
  return {
    asked,
    share,
    passes: passes.map(([span = 0, pages = 0, elements = 0, activityPages = 0, candidates = 0]) => ({
      span,
      pages,
      elements,
      activityPages,
      candidates,
    })),
  };
}
