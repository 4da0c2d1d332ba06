import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { wakePortal } from '../../lib/jobs/wake-portal.ts';
import { openVirtualStage, type VirtualStage } from '../support/virtual/virtual-stage.ts';

const DEALS = 200;
const HOUR_MS = 3_600_000;
/** A portal on which one sweep takes dozens of invocations, each woken by the one before. */
const SECONDS_PER_COMMAND = 5;

let stage: VirtualStage;
afterEach(() => stage.close());

/** What the template says of the worker; without a word of it Lambda stops long chains. */
const inTemplate = /^ *RecursiveLoop: (\w+)$/m.exec(
  readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8'),
)?.[1];

async function sweep(
  recursiveLoop: 'Allow' | 'Terminate',
): Promise<{ minutes: number; longest: number; unbound: number }> {
  stage = await openVirtualStage({
    seed: 'long chains',
    count: 1,
    recursiveLoop,
    settings: { operatingSecondsPerCall: { '*': SECONDS_PER_COMMAND }, operatingLimitSeconds: null },
    rules: [{ name: 'lost-deals', element: 'deal', when: { stage: 'failed' } }],
    seedOf: () => ({
      deals: Array.from({ length: DEALS }, (_, at) => ({ id: at + 1, stageId: 'LOSE' })),
      activities: Array.from({ length: DEALS }, (_, at) => ({ id: at + 1, bindings: [`deal:${at + 1}`, 'contact:1'] })),
    }),
  });
  const { clock, context } = stage;
  const portal = stage.portals[0]?.memberId ?? '';
  const job = {
    portal,
    id: 'sweep:1',
    lane: 'sweep',
    trigger: 'cleanup',
    cause: 'sweep:1',
    task: { kind: 'sweep' },
  } as const;
  await stage.run(async () => {
    await clock.track(() => context.stores.jobs.add(job, clock.now()));
    await clock.track(() => wakePortal(portal, { ...context.stores, clock }));
    await stage.settled();
  }, 12 * HOUR_MS);
  return {
    minutes: Math.round((clock.now() - clock.startedAt) / 60_000),
    longest: Math.max(...stage.invocations.map(({ hops }) => hops)),
    unbound: stage.recorded.filter(({ status }) => status === 'unbound').length,
  };
}

test('a sweep whose worker wakes itself up more than 16 times in a row ends, as the template allows it', async () => {
  const { longest, unbound } = await sweep(inTemplate === 'Allow' ? 'Allow' : 'Terminate');

  expect(longest).toBeGreaterThan(16);
  expect(unbound).toBe(DEALS);
});

test('without that, its chain would be cut again and again, and go on only when the schedule finds it', async () => {
  const { longest } = await sweep('Terminate');

  expect(longest).toBe(15);
});
