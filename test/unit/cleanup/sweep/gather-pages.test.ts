import { describe, expect, it, test } from '@jest/globals';
import { KnownFacts } from '../../../../lib/cleanup/rules/known-facts.ts';
import { NO_STAGES } from '../../../../lib/cleanup/rules/stage-directory.ts';
import {
  candidateOf,
  type Gathered,
  gatherActivities,
  gatherSource,
  isFull,
} from '../../../../lib/cleanup/sweep/gather-pages.ts';
import { queriesOf, type SweepQuery } from '../../../../lib/cleanup/sweep/sweep-queries.ts';
import type { Read } from '../../../../lib/jobs/planner.ts';
import { call, NOW, of, prepareRules } from '../../../support/cleanup/decide.ts';

const rules = prepareRules(
  { ...of({ stage: 'failed' }), name: 'deals' },
  { ...of({}, { completed: true }, 'lead'), name: 'leads' },
);
const queries = queriesOf(rules);
const [byElements, byActivities] = queries;
if (byElements?.by !== 'elements' || byActivities?.by !== 'activities') throw new Error('the queries are others');

const refused: Read = { ok: false, code: 'ACCESS_DENIED' };
const activities = (...ids: readonly number[]): Read => ({
  ok: true,
  result: ids.map((id) => ({ ID: String(id), COMPLETED: id % 2 === 0 ? 'Y' : 'N' })),
});
const items = (...ids: readonly number[]): Read => ({
  ok: true,
  result: { items: ids.map((id) => ({ id, stageSemanticId: id < 100 ? 'F' : 'S' })) },
});
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

function gather(collect: (deps: Parameters<typeof gatherSource>[3], gathered: Gathered) => unknown) {
  const gathered: Gathered = {
    sources: [],
    chunks: [],
    candidates: [],
    origins: new Map(),
    spans: new Map(),
    listed: [],
    activityPages: 0,
    refusal: null,
  };
  const facts = new KnownFacts(NO_STAGES);
  const ask = () => Promise.resolve(refused);
  const result = collect({ ask, queries, rules, directory: NO_STAGES, facts, now: NOW, needed: [] }, gathered);
  return { result, gathered, facts };
}

test.each<[string, SweepQuery, Read, boolean]>([
  ['50 activities', byActivities, activities(...upTo(50)), true],
  ['49 activities', byActivities, activities(...upTo(49)), false],
  ['50 elements', byElements, items(...upTo(50)), true],
  ['49 elements', byElements, items(...upTo(49)), false],
  ['a refusal', byElements, refused, false],
])('a page with %s is full: %#', (_, query, read, full) => {
  expect(isFull(read, query)).toBe(full);
});

describe('a page of elements', () => {
  it('gives those that a rule may concern, above an id', () => {
    const { result, gathered, facts } = gather((deps, to) =>
      gatherSource(items(7, 3, 5, 101), byElements, 0, deps, to, 3),
    );

    expect(result).toEqual([3, 5, 7, 101]);
    expect(gathered.chunks).toEqual([{ query: 0, ids: [7, 5], above: 0 }]);
    expect(facts.size).toBe(4);
  });

  it('that is refused gives nothing, and its code', () => {
    const { result, gathered } = gather((deps, to) => gatherSource(refused, byElements, 0, deps, to));

    expect(result).toEqual([]);
    expect(gathered).toMatchObject({ chunks: [], refusal: 'ACCESS_DENIED' });
  });
});

describe('a page of activities', () => {
  it('gives those that a rule of its query concerns, with the numbers of all rules that do', () => {
    const { result, gathered } = gather((deps, to) => gatherSource(activities(1, 4, 2, 2), byActivities, 1, deps, to));

    expect(result).toEqual([1, 2, 4]);
    expect(gathered.candidates.map(({ id, rules: own }) => [id, own])).toEqual([
      [4, [0, 1]],
      [2, [0, 1]],
      [2, [0, 1]],
    ]);
    expect([...gathered.origins]).toEqual([
      [4, 1],
      [2, 1],
    ]);
    expect(gathered.activityPages).toBe(1);
  });

  it.each([
    ['that is full', activities(...upTo(50)), 50],
    ['that is the last one', activities(1, 2), null],
    ['that is refused', refused, null],
  ])('%s tells whether another one follows', (_, read, last) => {
    expect(gather((deps, to) => gatherActivities(read, byActivities, 1, deps, to)).result).toBe(last);
  });
});

test.each([
  [{ completed: true }, [0, 1]],
  [{ completed: false }, [0]],
])('an activity with %j is a candidate for the rules %j', (over, numbers) => {
  expect(candidateOf({ ...call, ...over }, rules)).toEqual({ id: call.id, updatedAt: call.updatedAt, rules: numbers });
});

test('an activity that no rule concerns is no candidate', () => {
  expect(candidateOf({ ...call, completed: false }, rules.slice(1))).toBeNull();
});
