import { expect, test } from '@jest/globals';
import { playRefreshRace, USERS } from './refresh-race.ts';

/** The race, for each behaviour of the OAuth server that its documentation leaves possible (B§4.1). */
export function refreshRaceCases(races: number): void {
  test.each([
    ['single-use refresh tokens', 'strict'],
    ['a grace of a minute', 'grace'],
    ['revocation of the family upon reuse', 'family'],
  ] as const)(
    `200 users of one expired grant cause one refresh, ${races} times, with %s`,
    async (_name, rotation) => {
      const started = performance.now();

      const results = await playRefreshRace(rotation, races);

      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`refresh race, ${rotation}: ${races} races of ${USERS} users in ${seconds} s`);
      expect(results).toEqual(Array(races).fill({ refreshes: 1, served: USERS, newestIsStored: true }));
    },
    600_000,
  );
}
