import { inflateRawSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { MOST_PLAN_RULES_BYTES, MOST_WAITING } from '../../../../lib/cleanup/policy.ts';
import { encodeCheckpoint } from '../../../../lib/cleanup/sweep/sweep-checkpoint.ts';
import {
  boundIn,
  decodeState,
  encodeState,
  initialState,
  type SweepState,
} from '../../../../lib/cleanup/sweep/sweep-state.ts';
import { MOST_JOB_BYTES } from '../../../../lib/jobs/policy.ts';
import { seededRandom } from '../../../support/virtual/seeded-random.ts';

/** For the rules of a plan, and the other fields of a job. */
const REST_BYTES = MOST_PLAN_RULES_BYTES + 4_096;
const RULES = 100;
const random = seededRandom('full');
/** Ids of Bitrix24 have ten digits at most; those of a portal are nearer to each other, and take less. */
const anyId = () => 1_000_000_000 + Math.floor(random.next() * 8_000_000_000);
const anyElement = () => ({ entityTypeId: 128 + Math.floor(random.next() * 1_000), entityId: anyId() });
const many = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));
const RULE_NUMBERS = many(RULES, (rule) => rule);

/** A state in which as much waits as may, of a portal with as many rules as possible. */
function fullState(): SweepState {
  const perActivity = Math.floor(MOST_WAITING.bindings / MOST_WAITING.listed);
  const waiting = () => ({
    updatedAt: 1_700_000_000_000 + Math.floor(random.next() * 90_000_000_000),
    rules: RULE_NUMBERS.filter(() => random.chance(0.5)),
  });
  const start = initialState(RULES, 'plan:20261124T010000Z');
  return {
    ...start,
    // One more request can cut 25 whole sources (50 commands, one for each end) into forty parts each.
    sources: many(MOST_WAITING.sources + 1_000, (query) => ({
      query: query % RULES,
      above: anyId(),
      below: anyId(),
      whole: false,
    })),
    chunks: many(2 * MOST_WAITING.chunks, (query) => ({ query: query % RULES, ids: many(50, anyId), above: anyId() })),
    candidates: many(MOST_WAITING.candidates, () => ({ id: anyId(), ...waiting() })),
    listed: many(MOST_WAITING.listed, () => ({ id: anyId(), ...waiting(), bindings: many(perActivity, anyElement) })),
    decided: many(MOST_WAITING.decided + 99, () => ({ activityId: anyId(), element: anyElement(), rule: 99 })),
    evaluated: many(600, anyId),
  };
}

it('the fullest checkpoint of a run fits its record', () => {
  const state = fullState();
  const byRule = Object.fromEntries(RULE_NUMBERS.map((rule) => [`${'n'.repeat(61)}${rule}`, 1_000_000]));
  const cursor = encodeCheckpoint({ state, rules: '[]', byRule, heldBack: null, refusal: 'ACCESS_DENIED' });

  expect(boundIn(state.listed)).toBeGreaterThan(4_500);
  expect(JSON.stringify(cursor).length + REST_BYTES).toBeLessThan(MOST_JOB_BYTES);
});

it('the rules of an activity are kept, whether few or many', () => {
  const [few, most] = [[0, 7, 99], RULE_NUMBERS.filter((rule) => rule % 3 === 0)];
  const candidates = [few, most, []].map((rules, id) => ({ id, updatedAt: null, rules }));
  const listed = candidates.map((one) => ({ ...one, bindings: [anyElement()] }));

  const state = decodeState(encodeState({ ...initialState(1, 'r'), candidates, listed }));

  expect(state).toMatchObject({ candidates, listed });
});

it('a state is the same after it was stored', () => {
  const state: SweepState = {
    ...initialState(2, 'sweep:1'),
    sources: [
      { query: 0, above: 0, below: null, whole: true },
      { query: 1, above: 50, below: 900, whole: false },
    ],
    chunks: [{ query: 0, ids: [1, 2, 3], above: 17 }],
    candidates: [{ id: 4, updatedAt: null, rules: [0, 2] }],
    listed: [
      {
        id: 5,
        updatedAt: 6_000,
        rules: [1],
        bindings: [
          { entityTypeId: 2, entityId: 7 },
          { entityTypeId: 3, entityId: 8 },
        ],
      },
    ],
    decided: [{ activityId: 9, element: { entityTypeId: 2, entityId: 10 }, rule: 1 }],
    evaluated: [11, 12],
    yield: 12.5,
    evaluatedCount: 100,
    plannedCount: 40,
    volume: {
      asked: 1_234,
      progress: 0.12345678,
      queries: [
        { span: 900, pages: 3, elements: 120, activityPages: 14, candidates: 500 },
        { span: 0, pages: 0, elements: 0, activityPages: 0, candidates: 0 },
      ],
    },
  };

  expect(decodeState(encodeState(state))).toEqual(state);
});

it('a state of a release that did not count the volume has none', () => {
  const state = { ...initialState(2, 'sweep:1'), evaluatedCount: 7 };
  const text = inflateRawSync(Buffer.from(encodeState(state), 'base64')).toString();
  const old = JSON.stringify((JSON.parse(text) as unknown[]).slice(0, 7));

  expect(decodeState(old)).toEqual({ ...state, volume: { asked: 0, progress: null, queries: [] } });
});
