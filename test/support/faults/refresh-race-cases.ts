import { expect, test } from '@jest/globals';
import { playRefreshRace, USERS } from './refresh-race.ts';

/** Figure 3, for each model of the OAuth server that its documentation leaves possible (B§4.1). */
export function refreshRaceCases(trials: number): void {
  test.each([
    ['single-use refresh tokens', 'strict'],
    ['a grace of a minute', 'grace'],
    ['revocation of the family upon reuse', 'family'],
  ] as const)(
    `200 users of one expired grant cause one refresh, ${trials} times, with %s`,
    async (_name, rotation) => {
      const started = performance.now();

      const results = await playRefreshRace(rotation, trials);

      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`figure 3, ${rotation}: ${trials} trials of ${USERS} users in ${seconds} s`);
      expect(results).toEqual(Array(trials).fill({ refreshes: 1, served: USERS, newestIsStored: true }));
    },
    600_000,
  );
}
