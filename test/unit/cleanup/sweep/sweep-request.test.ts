import { expect, it } from '@jest/globals';
import { KnownFacts } from '../../../../lib/cleanup/rules/known-facts.ts';
import { prepareRule } from '../../../../lib/cleanup/rules/prepared-rule.ts';
import { readRules } from '../../../../lib/cleanup/rules/read-rules.ts';
import { NO_STAGES } from '../../../../lib/cleanup/rules/stage-directory.ts';
import { queriesOf } from '../../../../lib/cleanup/sweep/sweep-queries.ts';
import { sendSweepRequest } from '../../../../lib/cleanup/sweep/sweep-request.ts';
import { initialState } from '../../../../lib/cleanup/sweep/sweep-state.ts';
import type { Ask } from '../../../../lib/jobs/planner.ts';

const page = (first: number, count: number) => Array.from({ length: count }, (_, n) => ({ ID: String(first + n) }));

function deps(ask: Ask) {
  const read = readRules(JSON.stringify([{ name: 'missing', element: 'quote', when: { missing: true } }]));
  if (read.kind !== 'rules') throw new Error('the rule of this test is wrong');
  const rules = read.rules.map((rule) => prepareRule(rule, 0));
  return {
    ask,
    queries: queriesOf(rules),
    rules,
    directory: NO_STAGES,
    facts: new KnownFacts(NO_STAGES),
    now: 0,
    needed: [],
  };
}

it('both ends of a query tell how wide it is, and are two commands', async () => {
  const ends: Ask = async ({ params }) => ({
    ok: true,
    result: JSON.stringify(params.order).includes('DESC') ? page(1_951, 50).toReversed() : page(1_001, 50),
  });

  const { state, gathered } = await sendSweepRequest(initialState(1, 'r'), deps(ends));

  expect(state.volume).toMatchObject({ asked: 2, queries: [{ pages: 2, activityPages: 0 }] });
  expect(gathered.spans).toEqual(new Map([[0, 1_000]]));
  expect(new Set(gathered.origins.values())).toEqual(new Set([0]));
  expect(gathered.origins.size).toBe(100);
});

it('a query of one page, even an empty one, has a span', async () => {
  const widths = await Promise.all(
    [page(7, 10), []].map(async (result) => {
      const { gathered } = await sendSweepRequest(
        initialState(1, 'r'),
        deps(async () => ({ ok: true, result })),
      );
      return gathered.spans.get(0);
    }),
  );

  expect(widths).toEqual([10, 1]);
});

it('pages, activities of elements and bindings are counted separately', async () => {
  const state = {
    ...initialState(1, 'r'),
    sources: [{ query: 0, above: 50, below: 90, whole: false }],
    chunks: [{ query: 0, ids: [1, 2], above: 0 }],
    candidates: [{ id: 5, updatedAt: null, rules: [0] }],
  };

  const after = await sendSweepRequest(
    state,
    deps(async () => ({ ok: true, result: [] })),
  );

  expect(after.state.volume).toMatchObject({ asked: 3, queries: [{ pages: 1, activityPages: 1 }] });
});
