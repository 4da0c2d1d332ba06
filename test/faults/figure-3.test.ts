import { expect, test } from '@jest/globals';
import { playRefreshRace, USERS } from './figure-3.ts';

/** The soak run plays a hundred. */
const TRIALS = Number(process.env.TRIALS ?? 4);

test.each([
  ['single-use refresh tokens', 'strict'],
  ['a grace of a minute', 'grace'],
  ['revocation of the family upon reuse', 'family'],
] as const)(
  '200 users of one expired grant cause one refresh, with %s',
  async (_name, rotation) => {
    const started = performance.now();

    const results = await playRefreshRace(rotation, TRIALS);

    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`figure 3, ${rotation}: ${TRIALS} trials of ${USERS} users in ${seconds} s`);
    expect(results).toEqual(Array(TRIALS).fill({ refreshes: 1, served: USERS, newestIsStored: true }));
  },
  600_000,
);
