import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RestCall } from '../../../../lib/bitrix24/rest/rest-call.ts';
import type { Checkpoint } from '../../../../lib/jobs/job.ts';
import type { Ask } from '../../../../lib/jobs/planner.ts';
import { KeptReads } from '../../../../lib/worker/request/kept-reads.ts';
import { jumpingClock } from '../../../support/jumping-clock.ts';
import { plannedOf, stepOf } from '../../../support/worker/samples.ts';

const LIST: RestCall = { method: 'crm.activity.list', params: { filter: { '>ID': 0 } } };
const bindingsOf = (activityId: number): RestCall => ({ method: 'crm.activity.binding.list', params: { activityId } });

const clock = jumpingClock();
let asked: RestCall[];
beforeEach(() => {
  asked = [];
});

const portal: Ask = async (call) => {
  asked.push(call);
  return { ok: true, result: asked.length };
};

/** Plans once with these calls, and returns the reads of that planning with their answers. */
async function read(checkpoint: Checkpoint | null, ...calls: RestCall[]) {
  const reads = new KeptReads({ cursor: checkpoint, failures: 0 }, clock);
  const ask = reads.through(portal);
  const answers: unknown[] = [];
  for (const call of calls) answers.push(await ask(call));
  return { reads, answers };
}

describe('what a planning has read', () => {
  it('is not asked again when its time has run out and it is planned once more', async () => {
    const { reads, answers } = await read({ after: 7 }, LIST, bindingsOf(1));
    const again = await read(reads.soFar(), LIST, bindingsOf(1), bindingsOf(2));

    expect(asked).toEqual([LIST, bindingsOf(1), bindingsOf(2)]);
    expect(again.answers.slice(0, 2)).toEqual(answers);
    expect([again.reads.checkpoint, again.reads.hasMore]).toEqual([{ after: 7 }, true]);
  });

  it('is no progress the second time', async () => {
    const { reads } = await read(null, LIST);

    expect((await read(reads.soFar(), LIST)).reads.hasMore).toBe(false);
  });

  it('is forgotten when a planning had no use for it', async () => {
    const { reads } = await read(null, LIST, bindingsOf(1));
    const { reads: later } = await read(reads.soFar(), LIST);
    await read(later.soFar(), LIST, bindingsOf(1));

    expect(asked).toEqual([LIST, bindingsOf(1), bindingsOf(1)]);
  });

  it('is read again after three minutes', async () => {
    const { reads } = await read(null, LIST);
    await clock.sleep(180_001);
    await read(reads.soFar(), LIST);

    expect(asked).toEqual([LIST, LIST]);
  });

  it('leaves the checkpoint as it was when there is nothing', async () => {
    expect((await read({ after: 7 })).reads.soFar()).toEqual({ after: 7 });
    expect((await read(null)).reads.checkpoint).toBeNull();
  });

  it('is bounded, so that the checkpoint stays small', async () => {
    const long: Ask = async () => ({ ok: true, result: 'x'.repeat(20_000) });
    const reads = new KeptReads({ cursor: null, failures: 0 }, clock);
    await reads.through(long)(LIST);
    await reads.through(long)(bindingsOf(1));

    expect(String(reads.soFar().kept).length).toBeLessThan(30_000);
  });

  it('does not hold the answers of a registration, which changes something', async () => {
    const register: RestCall = { method: 'event.bind', params: {} };
    const { reads } = await read(null, register);

    expect([reads.hasMore, reads.soFar()]).toEqual([false, {}]);
  });

  it('shares what all jobs ask through', () => {
    expect(new KeptReads({ cursor: null, failures: 0 }, clock).through(portal).shared).toBe(portal);
  });
});

it('a plan that goes on within the lists it was made from keeps these, and not the bindings', async () => {
  const { reads } = await read(null, LIST, bindingsOf(1));

  const kept = reads.keptBy({ ...plannedOf([stepOf(1)]), checkpoint: { after: 0, from: 1 } });
  await read(kept.checkpoint, LIST, bindingsOf(1));
  await read(kept.steps[0]?.checkpointAfter() ?? null, LIST, bindingsOf(1));

  expect(asked).toEqual([LIST, bindingsOf(1), bindingsOf(1), bindingsOf(1)]);
});

it('a plan that goes on reads elements and lists again after a minute', async () => {
  const { reads } = await read(null, LIST);
  await clock.sleep(60_001);

  expect(reads.keptBy({ ...plannedOf([]), checkpoint: { after: 1 } }).checkpoint).toEqual({ after: 1 });
});

it('a plan that leaves nothing keeps nothing', async () => {
  const { reads } = await read(null, LIST);

  expect(reads.keptBy(plannedOf([stepOf(1)])).checkpoint).toBeNull();
});
