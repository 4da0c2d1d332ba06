import { expect, it } from '@jest/globals';
import { MOST_WAITING } from '../../../../lib/cleanup/policy.ts';
import { encodeCheckpoint, readSweepCheckpoint } from '../../../../lib/cleanup/sweep/sweep-checkpoint.ts';
import {
  boundIn,
  decodeState,
  encodeState,
  initialState,
  type SweepState,
} from '../../../../lib/cleanup/sweep/sweep-state.ts';

/** A record of DynamoDB, less a slice's trials and the other fields of a job. */
const MOST_CHARACTERS = 375_000;
const RULES = 100;
/** Bitrix24's ids have ten digits at most. */
const ID = 4_000_000_000;
const ELEMENT = { entityTypeId: 1_234, entityId: ID };
const many = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));
const RULE_NUMBERS = many(RULES, (rule) => rule);

/** Everything that may wait waits, of a portal with as many rules as there may be. */
function fullState(): SweepState {
  const perActivity = Math.floor(MOST_WAITING.bindings / MOST_WAITING.listed);
  const waiting = { updatedAt: 1_795_000_000_000, rules: RULE_NUMBERS };
  const start = initialState(RULES, 'plan:20261124T010000Z');
  return {
    ...start,
    // One more look at those that fall into parts can bring forty for each of 25 (B§3: 50 commands, from both ends).
    sources: many(MOST_WAITING.sources + 1_000, (query) => ({
      query: query % RULES,
      above: ID,
      below: ID,
      whole: false,
    })),
    chunks: many(2 * MOST_WAITING.chunks, (query) => ({ query: query % RULES, ids: many(50, () => ID), above: ID })),
    candidates: many(MOST_WAITING.candidates, () => ({ id: ID, ...waiting })),
    listed: many(MOST_WAITING.listed, () => ({ id: ID, ...waiting, bindings: many(perActivity, () => ELEMENT) })),
    decided: many(MOST_WAITING.decided + 99, () => ({ activityId: ID, element: ELEMENT, rule: 99 })),
    evaluated: many(600, () => ID),
  };
}

it('the fullest place of a run fits the record that it is kept in', () => {
  const state = fullState();
  const byRule = Object.fromEntries(RULE_NUMBERS.map((rule) => [`${'n'.repeat(61)}${rule}`, 1_000_000]));
  const cursor = encodeCheckpoint({ state, rules: '[]', byRule, heldBack: null, refusal: 'ACCESS_DENIED' });

  expect(boundIn(state.listed)).toBeGreaterThan(7_000);
  expect(JSON.stringify(cursor).length).toBeLessThan(MOST_CHARACTERS);
});

it('the rules of an activity are kept, be they few or many', () => {
  const [few, most] = [[0, 7, 99], RULE_NUMBERS.filter((rule) => rule % 3 === 0)];
  const candidates = [few, most, []].map((rules, id) => ({ id, updatedAt: null, rules }));
  const listed = candidates.map((one) => ({ ...one, bindings: [ELEMENT] }));

  const state = decodeState(encodeState({ ...initialState(1, 'r'), candidates, listed }));

  expect(state).toMatchObject({ candidates, listed });
});

it('a place says what could not be read; one that was stored before anybody said so knows of nothing', () => {
  const checkpoint = { state: initialState(1, 'r'), rules: '[]', byRule: {}, heldBack: null, refusal: '' };
  const { refusal: _, ...old } = encodeCheckpoint(checkpoint);

  expect(readSweepCheckpoint(encodeCheckpoint(checkpoint), '[]')).toEqual(checkpoint);
  expect(readSweepCheckpoint(old, '[]')).toEqual({ ...checkpoint, refusal: null });
});
