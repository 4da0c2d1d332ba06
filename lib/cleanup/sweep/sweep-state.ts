import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Element } from '../../bitrix24/crm/element.ts';
import { decodeVolume, type EncodedVolume, encodeVolume, initialVolume, type SweepVolume } from './sweep-volume.ts';

/** A range of ids of a query that is still to be read; both ends are exclusive. `whole`: nothing of it was read yet. */
export type Source = {
  readonly query: number;
  readonly above: number;
  readonly below: number | null;
  readonly whole: boolean;
};

/** Elements whose activities are to be listed, those with ids over `above`. */
export type Chunk = { readonly query: number; readonly ids: readonly number[]; readonly above: number };

/** An activity whose bindings are to be read, and the numbers of the rules whose conditions it meets itself. */
export type Candidate = { readonly id: number; readonly updatedAt: number | null; readonly rules: readonly number[] };

/** A candidate with its bindings: only facts about elements are still missing. */
export type Listed = Candidate & { readonly bindings: readonly Element[] };

export type Decided = { readonly activityId: number; readonly element: Element; readonly rule: number };

/**
 * The whole state of a sweep: a worker that has it resumes without reading anything twice. Work flows from left to right, and
 * little waits at a time, so that the record stays small however large the portal is.
 *
 *   sources ──▶ chunks of elements ──▶ candidates ──▶ listed ──▶ decided ──▶ (steps, or a plan's items)
 */
export type SweepState = {
  readonly sources: readonly Source[];
  readonly chunks: readonly Chunk[];
  readonly candidates: readonly Candidate[];
  readonly listed: readonly Listed[];
  readonly decided: readonly Decided[];
  /** Activities evaluated since the last request. They are noted as seen once this state is stored, and then dropped. */
  readonly evaluated: readonly number[];
  /** When the sweep last worked on this, ms; null: not known. */
  readonly resumedAt: number | null;
  /** The run under which activities are noted as seen. */
  readonly seenAs: string;
  /** How many candidates a page of activities has brought recently, on average. */
  readonly yield: number;
  /** Activities evaluated, and removals planned, in all. */
  readonly evaluatedCount: number;
  readonly plannedCount: number;
  /** Bindings that matched and were left alone: exempt, or refused before. */
  readonly exemptCount: number;
  /** What was read so far, from which the progress is estimated. */
  readonly volume: SweepVolume;
};

export const initialState = (queries: number, run: string): SweepState => ({
  sources: Array.from({ length: queries }, (_, query) => ({ query, above: 0, below: null, whole: true })),
  chunks: [],
  candidates: [],
  listed: [],
  decided: [],
  resumedAt: null,
  evaluated: [],
  seenAs: run,
  yield: 50,
  evaluatedCount: 0,
  plannedCount: 0,
  exemptCount: 0,
  volume: initialVolume(queries),
});

export const isCompleted = ({ sources, chunks, candidates, listed }: SweepState): boolean =>
  sources.length + chunks.length + candidates.length + listed.length === 0;

export const boundIn = (listed: readonly Listed[]): number =>
  listed.reduce((sum, { bindings }) => sum + bindings.length, 0);

/** A short text: lists instead of objects, deflated. */
export const encodeState = (state: SweepState): string =>
  deflateRawSync(JSON.stringify(listsOf(state))).toString('base64');

/** Older texts are not deflated. */
const jsonOf = (text: string): string =>
  text.startsWith('[') ? text : inflateRawSync(Buffer.from(text, 'base64')).toString();

function listsOf(state: SweepState): Encoded {
  const { sources, chunks, candidates, listed, decided, evaluated, seenAs } = state;
  return [
    sources.map(({ query, above, below, whole }) => [query, above, below, whole ? 1 : 0]),
    chunks.map(({ query, ids, above }) => [query, above, ...ids]),
    candidates.map(({ id, updatedAt, rules }) => [id, inSeconds(updatedAt), ...shortRules(rules)]),
    listed.map(({ id, updatedAt, rules, bindings }) => [
      id,
      inSeconds(updatedAt),
      shortRules(rules),
      bindings.flatMap(pairOf),
    ]),
    decided.map(({ activityId, element, rule }) => [activityId, element.entityTypeId, element.entityId, rule]),
    evaluated,
    [
      seenAs,
      Math.round(state.yield * 10) / 10,
      state.evaluatedCount,
      state.plannedCount,
      state.exemptCount,
      state.resumedAt,
    ],
    encodeVolume(state.volume),
  ];
}

type Encoded = readonly [
  sources: readonly (readonly [number, number, number | null, number])[],
  chunks: readonly (readonly [number, number, ...number[]])[],
  candidates: readonly (readonly [number, number | null, ...ShortRules])[],
  listed: readonly (readonly [number, number | null, ShortRules, readonly number[]])[],
  decided: readonly (readonly [number, number, number, number])[],
  evaluated: readonly number[],
  rest: readonly [string, number, number, number, number?, (number | null)?],
  volume?: EncodedVolume,
];

export function decodeState(text: string): SweepState {
  const [sources, chunks, candidates, listed, decided, evaluated, rest, volume] = JSON.parse(jsonOf(text)) as Encoded; // written above
  return {
    sources: sources.map(([query, above, below, whole]) => ({ query, above, below, whole: whole === 1 })),
    chunks: chunks.map(([query, above, ...ids]) => ({ query, ids, above })),
    candidates: candidates.map(([id, updatedAt, ...rules]) => ({
      id,
      updatedAt: inMs(updatedAt),
      rules: allRules(rules),
    })),
    listed: listed.map(([id, updatedAt, rules, bindings]) => ({
      id,
      updatedAt: inMs(updatedAt),
      rules: allRules(rules),
      bindings: elementsIn(bindings),
    })),
    decided: decided.map(([activityId, entityTypeId, entityId, rule]) => ({
      activityId,
      element: { entityTypeId, entityId },
      rule,
    })),
    evaluated,
    seenAs: rest[0],
    yield: rest[1],
    evaluatedCount: rest[2],
    plannedCount: rest[3],
    exemptCount: rest[4] ?? 0,
    resumedAt: rest[5] ?? null,
    volume: decodeVolume(volume),
  };
}

/** Bitrix24's times have no more precision. */
const inSeconds = (ms: number | null): number | null => (ms === null ? null : Math.floor(ms / 1000));
const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

const pairOf = ({ entityTypeId, entityId }: Element): number[] => [entityTypeId, entityId];

const elementsIn = (numbers: readonly number[]): Element[] =>
  Array.from({ length: numbers.length / 2 }, (_, at) => ({
    entityTypeId: numbers[2 * at] ?? 0,
    entityId: numbers[2 * at + 1] ?? 0,
  }));

/** The numbers of rules; if there are many, one text in which each is a bit. */
type ShortRules = readonly (number | string)[];

const SHORT = 8;
const RADIX = 16;

const shortRules = (rules: readonly number[]): ShortRules =>
  rules.length <= SHORT ? rules : [rules.reduce((bits, rule) => bits | (1n << BigInt(rule)), 0n).toString(RADIX)];

function allRules(short: ShortRules): number[] {
  return short.flatMap((one) => {
    if (typeof one === 'number') return [one];
    const bits = BigInt(`0x${one}`);
    return Array.from({ length: one.length * 4 }, (_, rule) => rule).filter((rule) => (bits >> BigInt(rule)) & 1n);
  });
}
