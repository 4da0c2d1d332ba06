import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type AwsClients, awsClients } from '../../../lib/aws/aws-clients.ts';
import { awsStores } from '../../../lib/aws/aws-stores.ts';
import type { Listening } from '../../../lib/local/listen-on-loopback.ts';
import { jsonLinesLog } from '../../../lib/log.ts';
import { portsOf, wireWorker } from '../../../lib/runtime/wire-worker.ts';
import { servePortal } from '../../../lib/worker/serve-portal.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { forward } from '../../support/aws/forward.ts';
import { ALWAYS, unbindTask } from '../../support/worker/bench.ts';
import { type FaultBench, faultBench, UNBOUND } from '../../support/worker/fault-bench.ts';

let bench: FaultBench;
let wire: Listening;
let clients: AwsClients;
let worker: WorkerPorts;
const logged: string[] = [];
/** Writes of jobs that hold all of these texts are refused, so often. */
let refused: { readonly texts: readonly string[]; readonly code: string; times: number } = {
  texts: [],
  code: '',
  times: 0,
};

beforeAll(async () => {
  bench = await faultBench();
  wire = await forward(bench.aws.localAws.dynamodb, {
    fate(body) {
      const isWrite = body.includes('"UpdateExpression"') && body.includes('"unbind-local-jobs"');
      if (!isWrite || refused.times === 0 || !refused.texts.every((text) => body.includes(text))) return undefined;
      refused.times -= 1;
      return { kind: 'error', code: refused.code, status: 400 };
    },
  });
  const { aws, clock, portal } = bench;
  const config = { ...aws.config, allowHttp: true, oauthHosts: [portal.oauth.url] };
  clients = awsClients({ ...config, localAws: { ...aws.localAws, dynamodb: wire.url } });
  const runtime = { config, log: jsonLinesLog((line) => void logged.push(line), clock.now), clock };
  worker = wireWorker(runtime, { ...portsOf(runtime), ...awsStores(config, { clock, clients }) }).worker;
});
beforeEach(() => {
  bench.fresh();
  logged.length = 0;
});
afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await wire.close();
  await bench.close();
});

const alarms = () => logged.map((line) => JSON.parse(line)).filter(({ alarm }) => alarm === true);
const jobOf = (id: string) => bench.aws.stores.jobs.read(bench.portal.memberId, id);

describe.each(['ValidationException', 'AccessDeniedException'])(
  'a store that refuses the write of one job with %s',
  (code) => {
    it('ends that job with the code and an alarm, and the others go on', async () => {
      const bad = await bench.add(unbindTask(bench.activity));
      await bench.add(unbindTask(bench.activity + 1));
      refused = { texts: [`"${bad}"`], code, times: 1 };

      await bench.drain(worker);

      expect(await bench.statuses()).toEqual(UNBOUND);
      expect(await bench.statuses(bench.activity + 1)).toEqual(UNBOUND);
      expect(await jobOf(bad)).toMatchObject({ phase: 'failed', code, counts: { unbound: 1, failed: 1 } });
      expect(alarms()).toMatchObject([{ event: 'job_given_up', job: bad, code }]);
    });

    it('and every other one of it leaves the job to the next serving, which ends it once', async () => {
      const bad = await bench.add(unbindTask(bench.activity));
      await bench.add(unbindTask(bench.activity + 1));
      refused = { texts: [`"${bad}"`], code, times: Number.POSITIVE_INFINITY };

      expect((await servePortal(worker, bench.portal.memberId, ALWAYS)).kind).toBe('idle');
      expect(await bench.statuses(bench.activity + 1)).toEqual(UNBOUND);
      expect(await jobOf(bad)).toMatchObject({ phase: 'waiting', counts: {} });
      expect(alarms()).toHaveLength(1);

      refused.times = 0;
      await bench.drain(worker);

      expect(await bench.statuses()).toEqual(UNBOUND);
      expect(await jobOf(bad)).toMatchObject({ phase: 'finished', counts: { unbound: 1 } });
      expect(bench.removals()).toBe(2);
    });
  },
);

it('a workflow whose job cannot be stored is answered all the same', async () => {
  const bad = await bench.add(unbindTask(bench.activity), { id: 'robot:refused', eventToken: 'w1|a|b.sig' });
  refused = { texts: [`"${bad}"`], code: 'ValidationException', times: 1 };

  await bench.drain(worker);

  expect(bench.calls('bizproc.event.send')).toBe(1);
  expect(await jobOf(bad)).toMatchObject({ phase: 'failed', code: 'ValidationException', eventToken: null });
});

it('a job whose checkpoint has grown too large is given up, and the portal is served further', async () => {
  const bad = await bench.add({ kind: 'sweep' }, { id: 'sweep:large', lane: 'sweep', trigger: 'cleanup' });
  await bench.add(unbindTask(bench.activity));
  const growing: WorkerPorts = {
    ...worker,
    planners: {
      ...worker.planners,
      sweep: async () => ({ steps: [], checkpoint: { state: 'x'.repeat(200_000) }, code: null }),
    },
  };

  await bench.drain(growing);

  expect(await bench.statuses()).toEqual(UNBOUND);
  expect(await jobOf(bad)).toMatchObject({ phase: 'failed', code: 'JobTooLarge', cursor: null });
  expect(alarms()).toMatchObject([{ job: bad, code: 'JobTooLarge' }]);
});
