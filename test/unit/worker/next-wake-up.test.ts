import { describe, expect, it } from '@jest/globals';
import { nextWakeUp } from '../../../lib/worker/next-wake-up.ts';
import type { Rest } from '../../../lib/worker/request/session.ts';
import { NOW } from '../../support/worker/samples.ts';

const IDLE: Rest = { kind: 'idle' };
const MORE: Rest = { kind: 'more' };
const rest = (ms: number): Rest => ({ kind: 'rest', until: NOW + ms, whole: false });

describe('a worker leaves behind', () => {
  it.each<[string, Rest, number | null, readonly number[], number | null, boolean]>([
    ['nothing when nothing is to be done', IDLE, null, [], null, false],
    ['what is on its way when nothing is to be done', IDLE, 5_000, [], 5_000, false],
    ['nothing when what was on its way has come', IDLE, 5_000, [5_000], null, false],
    ['a wake-up for now when there is more to do', MORE, null, [], 0, true],
    ['a wake-up for now although one is due later', MORE, 5_000, [], 0, true],
    ['a wake-up for the end of the rest', rest(60_000), null, [], 60_000, true],
    ['a wake-up in a quarter of an hour when the rest is longer', rest(3_600_000), null, [], 900_000, true],
    ['what is on its way and early enough', rest(60_000), 5_000, [], 5_000, false],
    ['what is on its way and just in time', rest(60_000), 60_000, [], 60_000, false],
    ['an earlier one when what is on its way is too late', rest(60_000), 60_001, [], 60_000, true],
    ['another one when that has come', rest(60_000), 5_000, [5_000], 60_000, true],
    ['what is on its way when an older one has come', rest(60_000), 5_000, [4_000], 5_000, false],
    ['what is late', rest(60_000), -59_999, [], -59_999, false],
    ['another one when what was on its way is so late that it was lost', rest(60_000), -60_000, [], 60_000, true],
  ])('%s', (_case, given, nextWakeAt, arrived, expected, isNew) => {
    const at = (ms: number | null) => (ms === null ? null : NOW + ms);

    expect(
      nextWakeUp(
        given,
        { nextWakeAt: at(nextWakeAt) },
        arrived.map((ms) => NOW + ms),
        NOW,
      ),
    ).toEqual({
      nextWakeAt: at(expected),
      isNew,
    });
  });
});
