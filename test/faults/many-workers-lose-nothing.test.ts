import { afterEach, expect, test } from '@jest/globals';
import { servePortal } from '../../lib/worker/serve-portal.ts';
import { audit, wrongIn } from '../support/faults/oracle.ts';
import { type Played, playTriggers } from '../support/faults/play-triggers.ts';
import type { PlannedTrigger } from '../support/faults/trigger-plan.ts';
import { openVirtualStage, type VirtualStage } from '../support/virtual/virtual-stage.ts';
import { openWorkerSandbox } from '../support/virtual/worker-sandbox.ts';

const COMMANDS = 160;
const WORKERS = 8;

let stage: VirtualStage;
afterEach(() => stage.close());

const PLAN = Array.from(
  { length: COMMANDS },
  (_, index): PlannedTrigger => ({
    portal: 0,
    kind: 'robot',
    element: 'deal:1',
    activityIds: [index + 1],
    commands: [{ activityId: index + 1, element: 'deal:1', mayEnd: ['unbound'] }],
  }),
);

const open = () =>
  openVirtualStage({
    seed: 'many workers',
    count: 1,
    workers: WORKERS,
    settings: {
      rateLimit: { drainPerSecond: 2, threshold: 50 },
      operatingSecondsPerCall: { '*': 0.03 },
    },
    seedOf: () => ({ activities: [{ id: 1, count: COMMANDS, bindings: ['deal:1', 'contact:1', 'company:1'] }] }),
  });

async function report(name: string, played: readonly Played[]) {
  const found = await audit(stage, played);
  const requests = stage.portals.flatMap(({ ledger }) => ledger.requests);
  const busy = requests.filter(({ status }) => status === 503).length;
  const { lost, contradictions, rerecorded, answers, secondDeletes } = found;
  console.log(
    `many workers, ${name}: ${COMMANDS} commands, ${WORKERS} workers, ${requests.length} requests, 503: ${busy}, lost ${lost.length}, ` +
      `contradictions ${contradictions.length}, recorded twice ${rerecorded.length}, untrue answers ${answers.length}, ` +
      `second deletes ${secondDeletes.length}, ${((stage.clock.now() - stage.clock.startedAt) / 1000).toFixed(0)} virtual s`,
  );
  return { busy, wrong: wrongIn(found) };
}

const NOTHING_WRONG = { busy: 0, wrong: [] };

test('160 commands of one portal on eight workers: none is lost and no request is answered 503', async () => {
  stage = await open();

  const played = await stage.run(async () => {
    const all = await playTriggers(stage, PLAN, 1);
    await stage.settled();
    return all;
  });

  expect(await report('one writer', played)).toEqual(NOTHING_WRONG);
}, 300_000);

test('eight workers that serve the portal at once in spite of the lock lose nothing and tell the truth', async () => {
  stage = await open();
  const { context, clock, portals } = stage;
  const memberId = portals[0]?.memberId ?? '';

  const played = await clock.drive(async () => {
    const all = await playTriggers(stage, PLAN, 1);
    const workers = Array.from({ length: WORKERS }, (_, index) => openWorkerSandbox(context, `worker-${index}`));
    const always = { allows: () => true };
    while ((await clock.track(() => context.stores.jobs.nextDueAt(memberId))) !== null) {
      await Promise.all(workers.map(({ ports }) => servePortal(ports, memberId, always).catch(() => undefined)));
      await clock.sleep(5_000);
    }
    return all;
  });

  expect(await report('without the lock', played)).toEqual(NOTHING_WRONG);
}, 300_000);
