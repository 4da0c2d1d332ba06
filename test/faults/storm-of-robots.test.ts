import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Reply } from '../../lib/inbound/accept-job.ts';
import { type Deliver, robotTrigger, type Trigger } from '../support/faults/deliver-triggers.ts';
import { openVirtualStage, type VirtualStage } from '../support/virtual/virtual-stage.ts';

const CALLS = 1000;
const SECONDS_PER_DELETE = 0.032;
/** A delete and an answer each, 50 to a request; the bucket takes 50 requests at once. */
const REQUESTS = Math.ceil((2 * CALLS) / 50);
const FLOOR_MS = 1000 * Math.max(CALLS * SECONDS_PER_DELETE, (REQUESTS - 50) / 2);

let stage: VirtualStage;
beforeAll(async () => {
  stage = await openVirtualStage({
    seed: 'storm of robots',
    count: 1,
    settings: {
      rateLimit: { drainPerSecond: 2, threshold: 50 },
      operatingLimitSeconds: 480,
      operatingSecondsPerCall: { 'crm.activity.binding.delete': SECONDS_PER_DELETE, '*': 0.001 },
    },
    seedOf: () => ({ activities: [{ id: 1, count: CALLS, bindings: ['deal:1', 'contact:1'] }] }),
  });
});
afterAll(() => stage.close());

test('a thousand robot calls at once are done in 1.2 times the least possible time, without a single 503 or 429', async () => {
  const [portal] = stage.portals;
  if (portal === undefined) throw new Error('no portal');
  const triggers: Trigger[] = [];
  for (let id = 1; id <= CALLS; id += 1) {
    triggers.push(await robotTrigger(portal, { element: 'deal:1', properties: { activity_id: [String(id)] } }));
  }

  const replies = await stage.run(async () => {
    const answered = await deliverAll(triggers, stage.deliver);
    await stage.settled();
    return answered;
  });

  const answers = portal.ledger.changes.filter(({ kind }) => kind === 'workflow_answered');
  const drainedMs = Math.max(...answers.map(({ at }) => at)) - stage.clock.startedAt;
  const requests = portal.ledger.requests;
  const [busy, limited] = [503, 429].map((status) => requests.filter((request) => request.status === status).length);
  console.log(
    `storm of robots: ${CALLS} robot calls drained in ${(drainedMs / 1000).toFixed(1)} s, floor ${FLOOR_MS / 1000} s, ratio ${(drainedMs / FLOOR_MS).toFixed(2)} (≤ 1.2), ${requests.length} requests, 503: ${busy}, 429: ${limited}`,
  );
  expect(replies.every((reply) => reply?.status === 200)).toBe(true);
  expect(answers).toHaveLength(CALLS);
  expect(drainedMs).toBeLessThanOrEqual(1.2 * FLOOR_MS);
  expect({ busy, limited }).toEqual({ busy: 0, limited: 0 });
}, 300_000);

/** All at the same virtual moment, but a hundred at a time: more open sockets would be the machine's problem. */
async function deliverAll(triggers: readonly Trigger[], deliver: Deliver): Promise<(Reply | null)[]> {
  const replies: (Reply | null)[] = [];
  for (let from = 0; from < triggers.length; from += 100) {
    replies.push(...(await Promise.all(triggers.slice(from, from + 100).map(deliver))));
  }
  return replies;
}
