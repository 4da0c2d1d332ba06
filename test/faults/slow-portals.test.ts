import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MOST_BATCH_COMMANDS } from '../../lib/bitrix24/limits.ts';
import { BATCH_TARGET_MS } from '../../lib/bitrix24/policy.ts';
import type { Task } from '../../lib/jobs/job.ts';
import { wakePortal } from '../../lib/jobs/wake-portal.ts';
import type { SimulatedPortal } from '../../lib/simulator/simulated-portal.ts';
import { eventTrigger, robotTrigger } from '../support/faults/deliver-triggers.ts';
import { openVirtualStage, type VirtualStage } from '../support/virtual/virtual-stage.ts';
import { outcomeOf } from '../support/worker/samples.ts';

const HOUR_MS = 3_600_000;
/** Seconds that a portal needs for one command: as usual, and four slow ones. */
const USUAL = 0.02;
const SLOW = [0.2, 1, 2, 5];
/**
 * Requests that cannot be full: the next page, the last activities of a page, their removal and the workflow's answer come one
 * after the other; and those of the robot that arrives.
 */
const NOT_FULL = 6;
/** The activity of a robot that arrives while the other work is under way. */
const ROBOTS_OWN = 900_001;
const DEALS = 200;
const UNDONE = 60;
/** By then, the work has had a request or more on each of these portals. */
const ROBOT_AFTER_MS = 20_000;

let stage: VirtualStage;
afterEach(() => stage.close());

type Work = {
  readonly name: string;
  /** Bindings to be removed. */
  readonly removals: number;
  begin(portal: SimulatedPortal): Promise<void>;
};

const addJob = async ({ memberId }: SimulatedPortal, task: Task): Promise<void> => {
  const { stores } = stage.context;
  const job = {
    portal: memberId,
    id: `${task.kind}:1`,
    lane: 'sweep',
    trigger: 'cleanup',
    cause: `${task.kind}:1`,
    task,
  } as const;
  await stage.clock.track(() => stores.jobs.add(job, stage.clock.now()));
  await stage.clock.track(() => wakePortal(memberId, { ...stores, clock: stage.clock }));
};

const WORKS: readonly Work[] = [
  {
    name: 'an event with 100 activities',
    removals: 100,
    begin: async (portal) => void (await stage.deliver(eventTrigger(portal, 'ONCRMDEALUPDATE', { ID: 1 }))),
  },
  {
    name: 'a robot for 100 activities',
    removals: 100,
    begin: async (portal) => void (await stage.deliver(await robotTrigger(portal, { element: 'deal:1' }))),
  },
  {
    name: 'a sweep of 200 deals',
    removals: DEALS,
    begin: (portal) => addJob(portal, { kind: 'sweep' }),
  },
];

const isOfOneDeal = ({ removals }: Work): boolean => removals !== DEALS;

async function openPortal(work: Work, seconds: number): Promise<SimulatedPortal> {
  stage = await openVirtualStage({
    seed: `slow portal ${work.name} ${seconds}`,
    count: 1,
    settings: {
      operatingSecondsPerCall: { '*': seconds },
      operatingLimitSeconds: null,
      time: { operating: false, resetAt: 'absent', wholeSeconds: false },
    },
    rules: [{ name: 'lost-deals', element: 'deal', when: { stage: 'failed' } }],
    seedOf: () =>
      isOfOneDeal(work)
        ? {
            deals: [{ id: 1, stageId: 'LOSE' }, { id: 999 }],
            activities: [
              { id: 1, count: work.removals, bindings: ['deal:1', 'contact:1'] },
              { id: ROBOTS_OWN, bindings: ['deal:999', 'contact:1'] },
            ],
          }
        : {
            deals: [...Array.from({ length: DEALS }, (_, at) => ({ id: at + 1, stageId: 'LOSE' })), { id: 999 }],
            activities: [
              ...Array.from({ length: DEALS }, (_, at) => ({ id: at + 1, bindings: [`deal:${at + 1}`, 'contact:1'] })),
              { id: ROBOTS_OWN, bindings: ['deal:999', 'contact:1'] },
            ],
          },
  });
  const [portal] = stage.portals;
  if (portal === undefined) throw new Error('no portal');
  return portal;
}

const commandsIn = ({ ledger }: SimulatedPortal): number =>
  ledger.requests.reduce((sum, { commands }) => sum + commands.length, 0);

const unbound = (): number =>
  new Set(stage.recorded.filter(({ status }) => status === 'unbound').map(({ id }) => id)).size;

/** Commands that fit into one request of a portal. */
const fits = (seconds: number): number => Math.min(MOST_BATCH_COMMANDS, Math.floor(BATCH_TARGET_MS / 1000 / seconds));

async function finish(work: Work, portal: SimulatedPortal, meanwhile = async () => {}): Promise<void> {
  await stage.run(async () => {
    await work.begin(portal);
    await meanwhile();
    await stage.settled();
  }, 3 * HOUR_MS);
}

describe.each(WORKS)('$name', (work) => {
  /** What the same work takes when the portal is not slow. */
  let usual: { readonly commands: number; readonly requests: number };
  beforeAll(async () => {
    const portal = await openPortal(work, USUAL);
    await finish(work, portal);
    usual = { commands: commandsIn(portal), requests: portal.ledger.requests.length };
    await stage.close();
  });

  it.each(SLOW)(
    'ends on a portal that needs %s s for a command, with nearly full requests, and a robot is in the next request but one',
    async (seconds) => {
      const portal = await openPortal(work, seconds);
      const { requests } = portal.ledger;
      let before = 0;

      await finish(work, portal, async () => {
        await stage.clock.sleep(ROBOT_AFTER_MS);
        before = requests.length;
        const properties = { activity_id: [String(ROBOTS_OWN)] };
        await stage.deliver(await robotTrigger(portal, { element: 'deal:999', properties }));
      });

      expect(unbound()).toBe(work.removals + 1);
      expect(robotsRequest(portal) - before).toBeLessThanOrEqual(1);
      const least = Math.max(usual.requests, usual.commands / fits(seconds));
      expect(requests.length).toBeLessThanOrEqual(1.2 * least + NOT_FULL);
      expect(stage.invocations.filter(({ end }) => end !== 'returned')).toEqual([]);
    },
  );
});

it.each(SLOW)('an undo of 60 removals ends on a portal that needs %s s for a command', async (seconds) => {
  const work: Work = { name: 'an undo', removals: UNDONE, begin: async (portal) => await addUndo(portal) };
  const portal = await openPortal(work, seconds);

  await finish(work, portal);

  const bound = stage.recorded.filter(({ status }) => status === 'already_bound');
  expect(new Set(bound.map(({ id }) => id)).size).toBe(UNDONE);
});

/** Binds again what is bound to deal 1: as much reading as for what is not. */
async function addUndo(portal: SimulatedPortal): Promise<void> {
  const { outcomes } = stage.context.stores;
  const ended = Array.from({ length: UNDONE }, (_, at) =>
    outcomeOf({ id: `cli:x/unbind/${at + 1}/2:1`, portal: portal.memberId, activityId: at + 1, status: 'unbound' }),
  );
  await stage.clock.track(() => outcomes.record(ended));
  await addJob(portal, { kind: 'undo', outcomes: ended.map(({ id }) => id) });
}

/** The number of the first request that changes the robot's activity. */
function robotsRequest({ ledger }: SimulatedPortal): number {
  const found = ledger.requests.findIndex(({ commands }) =>
    commands.some(({ params }) => Number(params.activityId) === ROBOTS_OWN),
  );
  return found < 0 ? Number.POSITIVE_INFINITY : found;
}
