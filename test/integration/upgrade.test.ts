import { readFileSync } from 'node:fs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runScheduledTask } from '../../lib/cleanup/runs/run-scheduled-task.ts';
import { type WakeUpBench, wakeUpBench } from '../support/worker/wake-up-bench.ts';

type Item = { readonly [attribute: string]: unknown };
type Stored = {
  readonly now: number;
  readonly activity: number;
  readonly portal: string;
  readonly tables: { readonly [name in 'jobs' | 'outcomes' | 'portals']: readonly Item[] };
  /** The portal's row while a worker serves it. */
  readonly claimed: Item;
};

/**
 * What release 0.1.0 has stored of a portal: a failed job, one whose call got no answer (its binding is still there), two that
 * wait, and a row that rests with its last wake-up hidden in the FIFO queue.
 */
const FILE = new URL('../support/upgrade/release-0.1.0.json', import.meta.url);

let bench: WakeUpBench;
let stored: Stored;
beforeEach(async () => {
  bench = await wakeUpBench();
  const text = readFileSync(FILE, 'utf8');
  const { portal } = JSON.parse(text) as Stored;
  stored = JSON.parse(text.replaceAll(portal, bench.portal.memberId), (_, value) =>
    Array.isArray(value?.set) ? new Set(value.set) : value,
  );
  bench.clock.jumpTo(stored.now);
  bench.portal.seed({ activities: [{ id: stored.activity, count: 10, bindings: ['deal:1', 'contact:5'] }] });
});
afterEach(() => bench.close());

async function load(row?: Item): Promise<void> {
  const { dynamo } = bench.aws.clients;
  for (const name of ['jobs', 'outcomes', 'portals'] as const) {
    const items = stored.tables[name].map((item) => (item.kind === 'state' ? (row ?? item) : item));
    for (const Item of items) await dynamo.send(new PutCommand({ TableName: bench.aws.config.tables[name], Item }));
  }
}

/** A minute of the new release: its schedule fires, and its worker serves what is in the queue. */
async function minute(): Promise<void> {
  await runScheduledTask(
    { task: 'ring' },
    {
      ...bench.aws.stores,
      rulesOf: async () => [],
      wakeDeps: bench.wakeDeps(),
      clock: bench.clock,
      log: bench.ports.log,
    },
  );
  while ((await bench.invoke()).received > 0);
  bench.clock.jumpTo(bench.clock.now() + 60_000);
}

describe('a deployment over release 0.1.0', () => {
  it.each([
    ['whose portal rests', () => stored.tables.portals.find(({ kind }) => kind === 'state')],
    ['whose portal is served by a worker that is gone', () => stored.claimed],
  ])('%s does all that was waiting, once', async (_case, row) => {
    await load(row());

    for (let minutes = 0; minutes < 4; minutes += 1) await minute();

    const statuses = await Promise.all([0, 1, 2, 3].map((index) => bench.statuses(stored.activity + index)));
    expect(statuses).toEqual([['failed'], ['unbound'], ['unbound'], ['unbound']]);
    expect(bench.removals()).toBe(3);
    expect(bench.calls('bizproc.event.send')).toBe(1);
    expect(await bench.aws.stores.jobs.nextDueAt(bench.portal.memberId)).toBeNull();
    expect(await bench.aws.stores.intents.listOpen(bench.portal.memberId)).toEqual([]);
    expect(await bench.aws.stores.portals.read(bench.portal.memberId)).toMatchObject({ begun: 0, lockedUntil: null });
    const failed = await Array.fromAsync(bench.aws.stores.jobs.failed(bench.portal.memberId));
    expect(failed.map(({ id }) => id)).toEqual(['robot:failed']);
  });
});
