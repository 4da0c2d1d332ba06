import { expect, test } from '@jest/globals';
import { type MaintainGrantsDeps, maintainGrants } from '../../../lib/installation/maintain-grants.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';

/** Everything that the task does not use fails when it is touched. */
function deps(used: Partial<MaintainGrantsDeps>): MaintainGrantsDeps {
  return new Proxy(used, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name);
      throw new Error(`${String(name)} was used`);
    },
  }) as MaintainGrantsDeps;
}

test.each([
  [0, false],
  [1, true],
  [2, true],
  [3, false],
  [4, true],
  [5, false],
  [8, true],
  [1000, false],
  [1024, true],
])('a grant that has been pending for %d minutes is tried: %p', async (minutes, isTried) => {
  const clock = new ManualClock();
  const keptAt = clock.now() - minutes * 60_000 - 30_000;
  let hasRead = false;

  await maintainGrants(
    deps({
      clock,
      pendingGrants: {
        list: async () => [{ memberId: 'acme', clientId: null, keptAt }],
        read: async () => null,
        keep: async () => 'full',
        remove: async () => undefined,
      },
      store: {
        readApp: async () => {
          hasRead = true;
          return null;
        },
      } as unknown as MaintainGrantsDeps['store'],
    }),
    'minute',
  );

  expect(hasRead).toBe(isTried);
});

test('once a day every portal is looked at, and pending grants are left alone', async () => {
  const looked: string[] = [];
  const portals = {
    list() {
      looked.push('portals');
      return [];
    },
  } as unknown as MaintainGrantsDeps['portals'];

  await maintainGrants(deps({ portals }), 'day');

  expect(looked).toEqual(['portals']);
});
