import { PAGE } from '../../bitrix24/crm/activity-list.ts';
import { bindingsOf, readBindings } from '../../bitrix24/crm/bindings.ts';
import { MOST_BINDINGS } from '../../bitrix24/limits.ts';
import type { RestCall } from '../../bitrix24/rest/rest-call.ts';
import { type Read, roomOf } from '../../jobs/planner.ts';
import { CANDIDATES_AHEAD, MANY_LISTED, MOST_WAITING } from '../policy.ts';
import { type GatherDeps, type Gathered, gatherActivities, gatherSource, isFull } from './gather-pages.ts';
import { splitRange } from './split-range.ts';
import { activitiesOf, type SweepQuery, sourcePage } from './sweep-queries.ts';
import { boundIn, type Candidate, type Chunk, type Source, type SweepState } from './sweep-state.ts';
import { withAsked } from './sweep-volume.ts';

type Work = { readonly call: RestCall; readonly learn: (read: Read, gathered: Gathered) => void };

/**
 * Sends one full request: facts that many activities wait for, pages if candidates run short, bindings of candidates, and in
 * the room that is left other facts. `most`: calls that a full request holds. Returns the state without what was asked, and
 * what the answers brought.
 */
export async function sendSweepRequest(
  state: SweepState,
  deps: GatherDeps,
  most: number = roomOf(deps.ask),
): Promise<{ readonly state: SweepState; readonly gathered: Gathered }> {
  const reads = deps.facts.reads(deps.needed);
  const listable = roomToList(state);
  // While half a request of lists has room, facts wait until they fill a call.
  const crowded = state.listed.length > MANY_LISTED || listable < most / 2;
  const facts = reads.filter((read) => read.full || crowded).slice(0, most);
  const pages = pagesWanted(state, most - facts.length);
  const chunks = state.chunks.slice(0, pages);
  const taken = chunks.length;
  const room = most - facts.length - taken;
  const sources = sourcesWanted(state, deps.queries, { pages: pages - taken, taken, room });
  const pageWork = [
    ...chunks.map((chunk) => chunkWork(chunk, deps)),
    ...sources.flatMap((source) => sourceWork(source, deps)),
  ];
  const lists = state.candidates.slice(0, Math.max(0, Math.min(listable, most - facts.length - pageWork.length)));
  const work: Work[] = [...facts, ...pageWork, ...lists.map(listWork)];
  work.push(...reads.filter((read) => !facts.includes(read)).slice(0, Math.max(0, most - work.length)));

  const gathered = nothingGathered();
  const answers = await Promise.all(work.map(({ call }) => deps.ask(call)));
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
  refusal: null,
});

/** How many candidates may be listed, assuming that each has as many bindings as possible. */
function roomToList({ listed }: SweepState): number {
  const bindings = Math.floor((MOST_WAITING.bindings - boundIn(listed)) / MOST_BINDINGS);
  return Math.max(0, Math.min(bindings, MOST_WAITING.listed - listed.length));
}

/** How many pages of activities to ask for, by how many candidates a page has brought recently. */
function pagesWanted({ candidates, yield: perPage }: SweepState, room: number): number {
  const wanted = Math.ceil((CANDIDATES_AHEAD - (candidates.length - room)) / Math.max(0.5, perPage));
  return Math.max(0, Math.min(wanted, room, roomForPages(candidates)));
}

const roomForPages = ({ length }: SweepState['candidates']): number =>
  Math.floor((MOST_WAITING.candidates - length) / PAGE);

/** Sources of activities, as many as pages are wanted, and of elements, for enough chunks in the next request. */
function sourcesWanted(
  { sources, chunks, candidates }: SweepState,
  queries: readonly SweepQuery[],
  { pages, taken, room }: { readonly pages: number; readonly taken: number; readonly room: number },
): Source[] {
  // A source that is still whole is cut into many.
  const few = sources.length > MOST_WAITING.sources ? sources.filter(({ whole }) => !whole) : sources;
  const brings = (by: SweepQuery['by']) => few.filter(({ query }) => queries[query]?.by === by);
  const activities = fitting(brings('activities').slice(0, Math.max(0, pages)), roomForPages(candidates) - taken);
  const wantedChunks = Math.max(0, Math.min(MOST_WAITING.chunks, 2 * pages + 2) - chunks.length);
  const elements = brings('elements').slice(0, wantedChunks);
  return [...activities, ...elements].slice(0, Math.max(0, Math.floor(room / 2)));
}

/** The sources that fit this many pages: one that is still whole is read from both ends. */
function fitting(sources: readonly Source[], pages: number): Source[] {
  let left = pages;
  return sources.filter(({ whole }) => {
    left -= whole ? 2 : 1;
    return left >= 0;
  });
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
    volume: withAsked(state.volume, {
      commands,
      // A source that is still whole is read from both ends.
      pages: taken.sources.flatMap(({ query, whole }) => (whole ? [query, query] : [query])),
      activityPages: taken.chunks.map(({ query }) => query),
    }),
  };
}

function listWork(candidate: Candidate): Work {
  return {
    call: bindingsOf(candidate.id),
    learn: (read, gathered) => {
      // An activity that no longer exists is bound to nothing; the bindings of one that we may not read stay unknown.
      if (read.ok) gathered.listed.push({ ...candidate, bindings: readBindings(read.result) });
      else if (read.code === 'NOT_FOUND') gathered.listed.push({ ...candidate, bindings: [] });
      else gathered.refusal ??= read.code;
    },
  };
}

function chunkWork(chunk: Chunk, deps: GatherDeps): Work {
  const query = queryOf(chunk, deps);
  return {
    call: activitiesOf(query, chunk.ids, chunk.above, deps.now),
    learn: (read, gathered) => {
      const last = gatherActivities(read, query, chunk.query, deps, gathered);
      if (last !== null) gathered.chunks.push({ ...chunk, above: last });
    },
  };
}

/** A source that is still whole is read from both ends; what lies between is cut into parts that are read at the same time. */
function sourceWork(source: Source, deps: GatherDeps): Work[] {
  const query = queryOf(source, deps);
  const { above, below } = source;
  const window = { above, ...(below === null ? {} : { below }) };
  const call = (backwards: boolean) => sourcePage(query, { ...window, backwards }, deps.directory, deps.now);
  if (!source.whole) {
    const learn: Work['learn'] = (read, gathered) => {
      const ids = gatherSource(read, query, source.query, deps, gathered);
      const last = ids.at(-1);
      if (last !== undefined && isFull(read, query)) gathered.sources.push({ ...source, above: last });
    };
    return [{ call: call(false), learn }];
  }
  let first: readonly number[] = [];
  return [
    {
      call: call(false),
      learn: (read, gathered) => {
        const ids = gatherSource(read, query, source.query, deps, gathered);
        gathered.spans.set(source.query, spanOf(ids, ids));
        first = isFull(read, query) ? ids : [];
      },
    },
    {
      call: call(true),
      learn: (read, gathered) => {
        if (first.length === 0) return;
        const last = gatherSource(read, query, source.query, deps, gathered, first.at(-1));
        gathered.sources.push(...splitRange(source.query, first, last));
        gathered.spans.set(source.query, spanOf(first, last));
      },
    },
  ];
}

/** How many ids lie from the first one of a page to the last one of another. */
const spanOf = (first: readonly number[], last: readonly number[]): number =>
  Math.max(1, (last.at(-1) ?? 0) - (first[0] ?? 0) + 1);

const queryOf = ({ query }: { readonly query: number }, { queries }: GatherDeps): SweepQuery => {
  const found = queries[query];
  if (found === undefined) throw new Error('the checkpoint refers to a query that does not exist');
  return found;
};
