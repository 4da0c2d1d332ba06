import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type AwsClients, awsClients } from '../../../lib/aws/aws-clients.ts';
import { awsStores } from '../../../lib/aws/aws-stores.ts';
import type { Listening } from '../../../lib/local/listen-on-loopback.ts';
import { jsonLinesLog } from '../../../lib/log.ts';
import { portsOf, wireWorker } from '../../../lib/runtime/wire-worker.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { forward } from '../../support/aws/forward.ts';
import { ALWAYS, unbindTask } from '../../support/worker/bench.ts';
import { DELETE, type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
let wire: Listening;
let clients: AwsClients;
let worker: WorkerPorts;
/** The requests to the table of outcomes, and whether its index answers as before anything was written. */
let asked: string[] = [];
let lags = false;

beforeAll(async () => {
  bench = await faultBench();
  wire = await forward(bench.aws.localAws.dynamodb, {
    fate(body) {
      if (body.includes('"unbind-local-outcomes"')) asked.push(body);
      if (!lags || !body.includes('"byTime"')) return undefined;
      return { kind: 'answer', body: '{"Items":[],"Count":0,"ScannedCount":0}' };
    },
  });
  const { aws, clock, portal } = bench;
  const config = { ...aws.config, allowHttp: true, oauthHosts: [portal.oauth.url] };
  clients = awsClients({ ...config, localAws: { ...aws.localAws, dynamodb: wire.url } });
  const runtime = { config, log: jsonLinesLog(() => undefined, clock.now), clock };
  worker = wireWorker(runtime, { ...portsOf(runtime), ...awsStores(config, { clock, clients }) }).worker;
});
beforeEach(() => {
  bench.fresh();
  lags = false;
  asked = [];
});
afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await wire.close();
  await bench.close();
});

/** What another run recorded since the job was created: nothing of it is about the job's bindings. */
async function recordHistory(count: number) {
  const { aws, clock, portal } = bench;
  const outcomes = Array.from({ length: count }, (_, n) => ({
    id: `apply:p:1/unbind/${900_000 + n}/2:1`,
    portal: portal.memberId,
    activityId: 900_000 + n,
    entityTypeId: 2,
    entityId: 1,
    status: 'unbound' as const,
    code: null,
    trigger: 'cleanup' as const,
    cause: 'apply:p:1',
    attempts: 1,
    durationMs: 9,
    at: new Date(clock.now() + n).toISOString(),
  }));
  await aws.stores.outcomes.record(outcomes);
}

it.each([0, 2_000])('fifty lost answers are settled by one read each, after %d other outcomes', async (history) => {
  const ids = Array.from({ length: 50 }, (_, index) => bench.activity + index);
  await bench.add(unbindTask(...ids));
  await recordHistory(history);
  bench.portal.script({ method: 'batch', when: 'after', kind: 'close' });

  await bench.drain(worker);

  for (const id of ids) expect(await bench.statuses(id)).toEqual(UNBOUND);
  expect(bench.removals()).toBe(50);
  const reads = asked.filter((body) => body.includes('"Keys":') && !body.includes('/unbind/'));
  const keys = reads.flatMap((body) => [...body.matchAll(/"echo:\d+"/g)]);
  // One for the doubt, one to note the change.
  expect(keys).toHaveLength(100);
  expect(asked.filter((body) => body.includes('"KeyConditionExpression"'))).toEqual([]);
});

it.each([
  ['without rules', null],
  ['with rules', [{ name: 'lost-deals', element: 'deal', when: { stage: 'failed' } }]],
])('one removal is claimed once although the index of outcomes lags, on a portal %s', async (_, rules) => {
  await bench.aws.stores.portals.writeRules(bench.portal.memberId, JSON.stringify(rules ?? []));
  await bench.add(unbindTask(bench.activity));
  await bench.add(unbindTask(bench.activity));
  lags = true;
  // The first command is answered; the answer of the second, that nothing was bound, is lost.
  bench.portal.script({ method: DELETE, nth: 2, when: 'after', kind: 'close' });

  await bench.drain(worker);

  expect((await bench.statuses()).map(({ status }) => status).toSorted()).toEqual(['already_unbound', 'unbound']);
  expect(bench.removals()).toBe(1);
});

it('a worker that dies between the note and the outcome does not take its own removal for that of another', async () => {
  bench.portal.script({ method: DELETE, when: 'after', kind: 'close' });
  await bench.add(unbindTask(bench.activity));
  const { outcomes } = worker;
  let dies = true;
  const dying: WorkerPorts = {
    ...worker,
    outcomes: {
      ...outcomes,
      async record(ended) {
        await outcomes.record(ended);
        if (!dies) return;
        dies = false;
        throw new Error('killed');
      },
    },
  };
  await servePortal(dying, bench.portal.memberId, ALWAYS).catch(() => undefined);

  await bench.drain(worker);

  expect(await bench.statuses()).toEqual(UNBOUND);
});
