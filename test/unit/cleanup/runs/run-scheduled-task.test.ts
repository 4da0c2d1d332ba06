import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from '@jest/globals';
import { ruleSchema } from '../../../../lib/cleanup/rules/rule.ts';
import {
  readScheduledTask,
  runScheduledTask,
  type ScheduledTask,
} from '../../../../lib/cleanup/runs/run-scheduled-task.ts';
import type { WakeUp } from '../../../../lib/jobs/wake-portal.ts';
import type { PortalState, PortalStore } from '../../../../lib/portal/portal-store.ts';
import { freshPortal } from '../../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../../support/aws/temporary-local-aws.ts';

const NOW = Date.parse('2026-11-24T01:00:05Z');
const clock = { now: () => NOW, sleep: () => Promise.resolve() };

test.each<[unknown, ScheduledTask]>([
  [{ task: 'ring' }, { task: 'ring' }],
  [
    { task: 'sweep', due: '2026-11-24T01:00:00Z' },
    { task: 'sweep', due: '2026-11-24T01:00:00Z' },
  ],
  [
    { 'detail-type': 'Scheduled Event', time: '2026-11-24T01:00:00Z' },
    { task: 'sweep', due: '2026-11-24T01:00:00Z' },
  ],
  [
    { task: 'sweep', due: 'soon' },
    { task: 'sweep', due: '2026-11-24T01:00:05.000Z' },
  ],
  [null, { task: 'sweep', due: '2026-11-24T01:00:05.000Z' }],
])('the input %j asks for %j', (event, task) => {
  expect(readScheduledTask(event, clock)).toEqual(task);
});

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

let portal: string;
beforeEach(async () => {
  portal = freshPortal();
  await aws.stores.portals.add(portal, 0);
});

const RULES = [ruleSchema.parse({ name: 'r', element: 'deal' })];

/** Carries the task out for this portal in the given state; returns the portals that were woken, and the logged events. */
async function run(task: ScheduledTask, over: Partial<PortalState> = {}, rules = RULES) {
  const [woken, logged]: [string[], string[]] = [[], []];
  const state = await aws.stores.portals.read(portal);
  if (state === null) throw new Error('there is no portal');
  const portals: Pick<PortalStore, 'list' | 'clearWakePending' | 'markWakePending'> = {
    async *list() {
      yield { ...state, ...over };
    },
    clearWakePending: async () => {},
    markWakePending: async () => ({ first: true, restsUntil: null }),
  };
  const wakeUps = {
    send: async ({ portal: id }: WakeUp) => {
      woken.push(id);
    },
  };
  const note = (event: string): void => void logged.push(event);
  await runScheduledTask(task, {
    ...aws.stores,
    portals: portals as PortalStore,
    rulesOf: async () => rules,
    wakeDeps: { portals, wakeUps, clock },
    clock,
    log: { info: note, warn: note, error: note },
  });
  return { woken: woken.length, logged };
}

const sweep = { task: 'sweep', due: '2026-11-24T01:00:00Z' } as const;
const ring = { task: 'ring' } as const;
const jobOf = (id: string) => aws.stores.jobs.read(portal, id);

describe('a scheduled sweep', () => {
  it('is a job named by its due time, with the time limit of the portal', async () => {
    expect(await run(sweep)).toEqual({ woken: 1, logged: [] });

    expect((await jobOf('sweep:20261124T010000Z'))?.task).toEqual({ kind: 'sweep', until: NOW + 360 * 60_000 });
  });

  it('only plans if the portal is set so', async () => {
    await aws.stores.runs.setSettings(portal, { mode: 'plan', minutes: 30 });

    await run(sweep);

    expect((await jobOf('plan:20261124T010000Z'))?.task).toEqual({
      kind: 'plan',
      plan: '20261124T010000Z',
      until: NOW + 30 * 60_000,
    });
  });

  it.each([
    ['by the same rules', RULES, 'night'],
    ['by other rules', [], '20261124T010000Z'],
  ])('resumes an unfinished plan that was made %s', async (_, rules, plan) => {
    await aws.stores.runs.setSettings(portal, { mode: 'plan', minutes: 30 });
    const carried = { id: 'night', byRule: {}, code: null, by: null };
    await aws.stores.runs.setCarry(portal, 'plan', { rules: JSON.stringify(rules), state: '', plan: carried });

    await run(sweep);

    expect((await jobOf('plan:20261124T010000Z'))?.task).toMatchObject({ plan });
  });

  it.each([
    ['has no rules', {}, [] as typeof RULES],
    ['is paused', { paused: true }, RULES],
    ['removed the application', { uninstalledAt: 1 }, RULES],
  ])('is not added if the portal %s', async (_, over, rules) => {
    expect(await run(sweep, over, rules)).toEqual({ woken: 0, logged: [] });

    expect(await jobOf('sweep:20261124T010000Z')).toBeNull();
  });

  it('is left out while an earlier one is running', async () => {
    await run({ task: 'sweep', due: '2026-11-23T01:00:00Z' });
    await aws.stores.runs.begin(portal, { id: 'sweep:20261123T010000Z', since: 0, rules: '[]' }, null);

    expect((await run(sweep)).logged).toEqual(['sweep_left_out']);

    expect(await jobOf('sweep:20261124T010000Z')).toBeNull();
  });
});

describe('a portal with due work', () => {
  const stop = (probeAt: number) => ({ code: 'X', since: 0, probes: 0, probeAt });

  it.each<[string, Partial<PortalState>, number]>([
    ['without a wake-up', {}, 1],
    ['with a fresh wake-up', { wokenAt: NOW - 299_999 }, 0],
    ['with a lost wake-up', { wokenAt: NOW - 300_000 }, 1],
    ['that is paused', { paused: true }, 0],
    ['that is stopped', { stop: stop(NOW + 1) }, 0],
    ['that is stopped, with its probe due', { stop: stop(NOW) }, 1],
    ['that is stopped and removed the application', { stop: stop(NOW + 1), uninstalledAt: 1 }, 1],
  ])('%s: %j', async (_, over, woken) => {
    const task = { kind: 'sweep' } as const;
    await aws.stores.jobs.add({ portal, id: 'a', lane: 'sweep', trigger: 'cleanup', cause: 'a', task }, NOW);

    expect(await run(ring, over)).toEqual({ woken, logged: [] });
  });

  it('is not woken before its work is due', async () => {
    const task = { kind: 'sweep' } as const;
    await aws.stores.jobs.add({ portal, id: 'a', lane: 'sweep', trigger: 'cleanup', cause: 'a', task }, NOW + 1);

    expect(await run(ring)).toEqual({ woken: 0, logged: [] });
  });
});
