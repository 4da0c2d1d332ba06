import { expect, test } from '@jest/globals';
import { knownPortal } from '../../../../lib/cli/shared/known-portal.ts';
import type { PortalState } from '../../../../lib/portal/portal-store.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';
import { contextWith, listed } from '../../../support/cli/context-with.ts';

const ROW: PortalState = {
  portal: 'acme',
  addedAt: 0,
  paused: false,
  stop: null,
  budget: null,
  plan: 'standard',
  epoch: 0,
  begun: 0,
  lockedUntil: null,
  wokenAt: null,
  nextWakeAt: null,
  restsUntil: null,
};

const contextOf = (...names: readonly string[]) =>
  contextWith({
    portals: {
      read: async (portal) => (names.includes(portal) ? { ...ROW, portal } : null),
      list: () => listed(...names.map((portal) => ({ ...ROW, portal }))),
    },
  });

test('returns the row of a portal without a word', async () => {
  const { out, stderr } = capturedOutput();

  expect(await knownPortal('acme', contextOf('acme'), out)).toEqual(ROW);
  expect(stderr()).toBe('');
});

test('names at most ten of the portals that there are', async () => {
  const names = Array.from({ length: 12 }, (_, number) => `p${number}`);
  const { out, stderr } = capturedOutput();

  expect(await knownPortal('acme', contextOf(...names), out)).toBeNull();
  expect(stderr()).toBe(`There is no portal acme here. Known portals: ${names.slice(0, 10).join(', ')}\n`);
});

test('says how to add the first portal', async () => {
  const { out, stderr } = capturedOutput({ stage: 'prod' });

  expect(await knownPortal('acme', contextOf(), out)).toBeNull();
  expect(stderr()).toContain('npm run --silent cli -- --stage prod portal add --webhook URL');
});
