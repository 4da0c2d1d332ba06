import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jsonOut } from '../../../lib/cli/terminal/output.ts';
import { type FailedFilter, failedList, failedRedrive } from '../../../lib/cli/unbind/failed.ts';
import { unbindTask, type WorkerBench, workerBench } from '../../support/worker/bench.ts';

let bench: WorkerBench;
beforeAll(async () => {
  bench = await workerBench();
});
afterAll(() => bench.close());

/** A command of `cli failed`, with its exit code and the JSON it printed. */
async function failed(perform: typeof failedList, filter: FailedFilter) {
  const lines: unknown[] = [];
  const streams = { stdout: (text: string) => void lines.push(JSON.parse(text)), stderr: () => undefined, width: 80 };
  const { config, stores } = bench.aws;
  const stack = { ...stores, wakeUps: { send: async () => {}, hide: async () => true, remove: async () => {} } };
  const deps = { config, stores: stack, clock: bench.clock, randomId: () => 'id', user: 'test', read: async () => '' };
  const code = await perform(deps, filter, jsonOut(streams));
  return { code, lines };
}

it('failed jobs are listed and redriven by portal, code and age; their workflows are not answered twice', async () => {
  const portal = bench.portal.memberId;
  bench.portal.seed({ activities: [{ id: 1, count: 2, bindings: ['deal:1', 'contact:5'] }] });
  const kind = { error: { code: 'INTERNAL_SERVER_ERROR', status: 500 } };
  for (const inBatch of [true, false])
    bench.portal.script({ method: 'crm.activity.binding.delete', inBatch, times: 24, kind });
  const job = await bench.add(unbindTask(1, 2), { id: 'robot:x', eventToken: 'a|b|c.d' });
  // The same jitter for both, so that they stay in one batch.
  await bench.drain({ ...bench.ports, random: () => 0.5 });
  const answers = bench.calls('bizproc.event.send');
  bench.clock.jumpTo(bench.clock.now() + 3_600_000);

  const listed = await failed(failedList, { portal });
  const tooYoung = await failed(failedList, { olderThan: 7_200_000 });
  const other = await failed(failedRedrive, { code: 'SOMETHING_ELSE' });
  const driven = await failed(failedRedrive, { code: 'internal_server_error', olderThan: 3_000_000 });
  await bench.drain();
  const after = await failed(failedList, {});

  expect(listed.lines).toMatchObject([{ portal, id: job, code: 'INTERNAL_SERVER_ERROR', failedCommands: 2 }]);
  expect([tooYoung.lines, other.code, after.lines]).toEqual([[], 1, []]);
  expect(driven).toEqual({ code: 0, lines: [{ portal, job, redrivenAs: `redrive:${job}` }] });
  expect(bench.removals()).toBe(2);
  expect(answers).toBe(1);
  expect(bench.calls('bizproc.event.send')).toBe(1);
});
