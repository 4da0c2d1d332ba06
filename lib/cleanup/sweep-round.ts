import { PAGE } from '../bitrix24/activity-list.ts';
import { bindingsOf, readBindings } from '../bitrix24/bindings.ts';
import type { RestCall } from '../bitrix24/rest-call.ts';
import type { Read } from '../unbind/planner.ts';
import { type Gathered, isFull, type RoundMeans, takeActivities, takeSource } from './gather-pages.ts';
import { splitRange } from './split-range.ts';
import { withAsked } from './sweep-extent.ts';
import { activitiesOf, type Pass, sourcePage } from './sweep-passes.ts';
import type { Candidate, Chunk, Source, SweepState } from './sweep-state.ts';

type Work = { readonly call: RestCall; readonly learn: (read: Read, gathered: Gathered) => void };

/** Commands in one request (B§3). */
const ROOM = 50;
/** So many candidates should be left when a round is over, so that the next request is full as well. */
const AHEAD = 100;
/** What is not asked yet is remembered whole, so it must not grow, however much pages bring. */
const MOST_CANDIDATES = 1_200;
const MOST_CHUNKS = 40;
/** So many may wait until a read of facts is about 50 elements. */
const MOST_LISTED = 300;

/**
 * One full request: facts that many wait for, pages as far as candidates run short, bindings of candidates, and what is left
 * over. Returns the state without what was asked, and what came of it.
 */
export async function sweepRound(
  state: SweepState,
  means: RoundMeans,
): Promise<{ readonly state: SweepState; readonly gathered: Gathered }> {
  const reads = means.facts.reads(means.needed);
  const crowded = state.listed.length > MOST_LISTED;
  const facts = reads.filter((read) => read.full || crowded).slice(0, ROOM);
  const pages = pagesWanted(state, ROOM - facts.length);
  const chunks = state.chunks.slice(0, pages);
  const sources = sourcesWanted(state, means.passes, pages - chunks.length, ROOM - facts.length - chunks.length);
  const pageWork = [
    ...chunks.map((chunk) => chunkWork(chunk, means)),
    ...sources.flatMap((source) => sourceWork(source, means)),
  ];
  const lists = state.candidates.slice(0, Math.max(0, ROOM - facts.length - pageWork.length));
  const work: Work[] = [...facts, ...pageWork, ...lists.map(listWork)];
  work.push(...reads.filter((read) => !facts.includes(read)).slice(0, Math.max(0, ROOM - work.length)));

  const gathered = nothingGathered();
  const answers = await Promise.all(work.map(({ call }) => means.ask(call)));
  for (const [index, { learn }] of work.entries()) learn(answers[index] ?? { ok: false, code: '' }, gathered);
  return { state: without(state, { sources, chunks, lists }, work.length), gathered };
}

const nothingGathered = (): Gathered => ({
  sources: [],
  chunks: [],
  candidates: [],
  origins: new Map(),
  spans: new Map(),
  listed: [],
  activityPages: 0,
  problem: null,
});

/** By what a page has brought of late. */
function pagesWanted({ candidates, yield: perPage }: SweepState, room: number): number {
  const wanted = Math.ceil((AHEAD - (candidates.length - room)) / Math.max(0.5, perPage));
  return Math.max(0, Math.min(wanted, room, Math.floor((MOST_CANDIDATES - candidates.length) / PAGE)));
}

/** Those that bring candidates at once as far as pages are wanted; elements, so that there are as many chunks next time. */
function sourcesWanted(
  { sources, chunks }: SweepState,
  passes: readonly Pass[],
  pages: number,
  room: number,
): Source[] {
  const brings = (by: Pass['by']) => sources.filter(({ pass }) => passes[pass]?.by === by);
  const activities = brings('activities').slice(0, Math.max(0, pages));
  const wantedChunks = Math.max(0, Math.min(MOST_CHUNKS, 2 * pages + 2) - chunks.length);
  const elements = brings('elements').slice(0, wantedChunks);
  return [...activities, ...elements].slice(0, Math.max(0, Math.floor(room / 2)));
}

function without(
  state: SweepState,
  taken: {
    readonly sources: readonly Source[];
    readonly chunks: readonly Chunk[];
    readonly lists: readonly Candidate[];
  },
  commands: number,
): SweepState {
  return {
    ...state,
    sources: state.sources.filter((source) => !taken.sources.includes(source)),
    chunks: state.chunks.slice(taken.chunks.length),
    candidates: state.candidates.slice(taken.lists.length),
    extent: withAsked(state.extent, {
      commands,
      // One that was not looked at yet is read from both ends.
      pages: taken.sources.flatMap(({ pass, whole }) => (whole ? [pass, pass] : [pass])),
      activityPages: taken.chunks.map(({ pass }) => pass),
    }),
  };
}

function listWork(candidate: Candidate): Work {
  return {
    call: bindingsOf(candidate.id),
    // An activity that is gone, or must not be read, is bound to nothing.
    learn: (read, { listed }) => listed.push({ ...candidate, bindings: read.ok ? readBindings(read.result) : [] }),
  };
}

function chunkWork(chunk: Chunk, means: RoundMeans): Work {
  const pass = passOf(chunk, means);
  return {
    call: activitiesOf(pass, chunk.ids, chunk.above, means.now),
    learn: (read, gathered) => {
      const last = takeActivities(read, pass, chunk.pass, means, gathered);
      if (last !== null) gathered.chunks.push({ ...chunk, above: last });
    },
  };
}

/** A source that was not looked at yet is read from both ends: what lies between is cut into parts that are read together. */
function sourceWork(source: Source, means: RoundMeans): Work[] {
  const pass = passOf(source, means);
  const { above, below } = source;
  const window = { above, ...(below === null ? {} : { below }) };
  const call = (backwards: boolean) => sourcePage(pass, { ...window, backwards }, means.directory, means.now);
  if (!source.whole) {
    const learn: Work['learn'] = (read, gathered) => {
      const ids = takeSource(read, pass, source.pass, means, gathered);
      const last = ids.at(-1);
      if (last !== undefined && isFull(read, pass)) gathered.sources.push({ ...source, above: last });
    };
    return [{ call: call(false), learn }];
  }
  let first: readonly number[] = [];
  return [
    {
      call: call(false),
      learn: (read, gathered) => {
        const ids = takeSource(read, pass, source.pass, means, gathered);
        gathered.spans.set(source.pass, spanOf(ids, ids));
        first = isFull(read, pass) ? ids : [];
      },
    },
    {
      call: call(true),
      learn: (read, gathered) => {
        if (first.length === 0) return;
        const last = takeSource(read, pass, source.pass, means, gathered, first.at(-1));
        gathered.sources.push(...splitRange(source.pass, first, last));
        gathered.spans.set(source.pass, spanOf(first, last));
      },
    },
  ];
}

/** Ids from the first one of a page to the last one of another. */
const spanOf = (first: readonly number[], last: readonly number[]): number =>
  Math.max(1, (last.at(-1) ?? 0) - (first[0] ?? 0) + 1);

const passOf = ({ pass }: { readonly pass: number }, { passes }: RoundMeans): Pass => {
  const found = passes[pass];
  if (found === undefined) throw new Error('a place in a pass that does not exist');
  return found;
};
