import { afterEach, expect, test } from '@jest/globals';
import type { SimulatedPortal } from '../../lib/simulator/simulated-portal.ts';
import { robotTrigger } from '../support/faults/deliver-triggers.ts';
import { openVirtualStage, type VirtualStage } from '../support/virtual/virtual-stage.ts';

const MINUTES = 15;
/** How often the portal without trouble gets a call. */
const EVERY_MS = 3_700;
/** Deletes of the portal with trouble: they use up the method's running time long before all are done (B§8.2). */
const HEAVY = 600;
const SECONDS_PER_DELETE = 0.2;
const LIMIT_SECONDS = 60;

let stage: VirtualStage;
afterEach(() => stage.close());

const open = () =>
  openVirtualStage({
    seed: 'operating time limit',
    count: 2,
    settings: {
      rateLimit: { drainPerSecond: 2, threshold: 50 },
      operatingSecondsPerCall: { 'crm.activity.binding.delete': SECONDS_PER_DELETE, '*': 0.01 },
      operatingLimitSeconds: LIMIT_SECONDS,
    },
    seedOf: () => ({ activities: [{ id: 1, count: 2000, bindings: ['deal:1', 'contact:1'] }] }),
  });

const call = async (portal: SimulatedPortal, activityId: number) =>
  stage.deliver(await robotTrigger(portal, { element: 'deal:1', properties: { activity_id: [String(activityId)] } }));

/** A steady trickle on the second portal, with or without work on the first. Returns the p99 of its answers, ms. */
async function trickle(neighbour: boolean): Promise<number> {
  const [heavy, light] = stage.portals;
  if (heavy === undefined || light === undefined) throw new Error('no portals');
  light.settings.operatingLimitSeconds = null;
  await stage.run(async () => {
    if (neighbour) for (let id = 1; id <= HEAVY; id += 1) await call(heavy, id);
    for (let id = 1; id <= (MINUTES * 60_000) / EVERY_MS; id += 1) {
      await call(light, id);
      await stage.clock.sleep(EVERY_MS);
    }
    await stage.settled();
  });
  const answers = light.ledger.changes.filter(({ kind }) => kind === 'workflow_answered');
  const startedAt = (workflowId: unknown) => light.crm().workflows.get(String(workflowId))?.startedAt ?? 0;
  const latencies = answers.map(({ at, data }) => at - startedAt(data.workflowId)).sort((one, other) => one - other);
  return latencies[Math.ceil(latencies.length * 0.99) - 1] ?? Number.POSITIVE_INFINITY;
}

/** The longest time in which no delete of a portal was carried out, the first delete, and how many were refused. */
function standstill({ ledger }: SimulatedPortal) {
  const deletes = ledger.requests.flatMap(({ at, commands }) =>
    commands
      .filter(({ method }) => method === 'crm.activity.binding.delete')
      .map(({ error, executed }) => ({ at, refused: error === 'OPERATION_TIME_LIMIT', executed })),
  );
  const done = deletes.filter(({ executed }) => executed).map(({ at }) => at);
  const gaps = done.slice(1).map((at, index) => ({ from: done[index] ?? at, to: at }));
  const longest = gaps.reduce((most, gap) => (gap.to - gap.from > most.to - most.from ? gap : most));
  return { ...longest, first: done[0] ?? 0, refused: deletes.filter(({ refused }) => refused).length };
}

test('a method over its running time rests until the reset without a waiting function, and another portal does not notice', async () => {
  stage = await open();
  const alone = await trickle(false);
  await stage.close();
  stage = await open();
  const beside = await trickle(true);

  const [heavy] = stage.portals;
  if (heavy === undefined) throw new Error('no portal');
  const { first, from, to, refused } = standstill(heavy);
  // The oldest minute leaves the sum ten minutes after its first run; that is what the answers say (B§8.2).
  const resetAt = first + 600_000;
  const resumedMs = to - Math.max(resetAt, from);
  const meanwhile = stage.invocations.filter((one) => one.from >= from && one.to <= to);
  const waitedMs = meanwhile
    .filter(({ portals }) => portals.includes(heavy.memberId))
    .reduce((sum, { slept }) => sum + slept, 0);
  console.log(
    `operating time limit: ${((to - from) / 60_000).toFixed(1)} min over the limit (${refused} refused), resumed ${(resumedMs / 1000).toFixed(1)} s after the reset (≤ 5), ` +
      `${(waitedMs / 1000).toFixed(2)} s of function time slept meanwhile (< 1), neighbour's p99 ${beside} ms, alone ${alone} ms (≤ 1.1 ×)`,
  );
  expect(to - from).toBeGreaterThan(5 * 60_000);
  expect(resumedMs).toBeLessThanOrEqual(5_000);
  expect(waitedMs).toBeLessThan(1_000);
  expect(beside).toBeLessThanOrEqual(1.1 * alone);
}, 300_000);
