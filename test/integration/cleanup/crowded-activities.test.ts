import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { AwsStores } from '../../../lib/aws/aws-stores.ts';
import { startPlan, startSweep } from '../../../lib/cleanup/start-run.ts';
import { type BenchStage, benchStage } from '../../bench/sweep/bench-stage.ts';
import { overrideMethods } from '../../bench/sweep/override-methods.ts';

const MISSING = { name: 'missing-quotes', element: 'quote', when: { missing: true } };
/** To tell whether an activity stays bound to a quote, each of its quotes has to be read. */
const LEADS = { name: 'leads-with-quotes', element: 'lead', when: { alsoBoundTo: ['quote'] } };
const LOST_DEALS = { name: 'lost-deals', element: 'deal', when: { stage: 'failed' } };
/** What a DynamoDB item can hold, without the other fields of a job. */
const MOST_CHARACTERS = 380_000;
const LONG_MS = 120_000;
/** Old portals have ids as large as this. */
const FIRST_ID = 1_000_000_000;

let stage: BenchStage;
let longest = { checkpoint: 0, intent: 0, page: 0 };
beforeEach(async () => {
  stage = await benchStage(100, 'crowded');
  await stage.stores.portals.writeRules(stage.member, JSON.stringify([LOST_DEALS, MISSING, LEADS]));
  longest = { checkpoint: 0, intent: 0, page: 0 };
});
afterEach(() => stage.close());

/** Activities with as many bindings as Bitrix24 allows (B§2.1). `shared`: all to the same elements. */
function seed(activities: number, { symbol, first, shared }: { symbol: string; first: string; shared: boolean }): void {
  const ids = (of: number) => Array.from({ length: 99 }, (_, index) => FIRST_ID + (shared ? 0 : 99 * of) + index);
  const all = Array.from({ length: activities }, (_, index) => ids(index).map((id) => `${symbol}:${id}`));
  stage.portal.seed({
    contacts: [{ id: 5 }],
    leads: [{ id: 1 }],
    ...(symbol === 'deal' ? { deals: ids(0).map((id) => ({ id, stageId: 'LOSE' })) } : {}),
    activities: all.map((bound, index) => ({ id: FIRST_ID + index, completed: true, bindings: [first, ...bound] })),
    ...(symbol === 'quote' ? { gone: [...new Set(all.flat())] } : {}),
  });
}

/** Notes the length of the longest records. */
function watchedStores({ jobs, intents, plans, ...others }: AwsStores): AwsStores {
  const note = (what: keyof typeof longest, value: unknown): void => {
    longest[what] = Math.max(longest[what], JSON.stringify(value).length);
  };
  return {
    ...others,
    jobs: overrideMethods(jobs, {
      advance: async (job, progress, now) => {
        note('checkpoint', progress.cursor);
        await jobs.advance(job, progress, now);
      },
    }),
    intents: overrideMethods(intents, {
      write: async (intent) => {
        note('intent', intent);
        await intents.write(intent);
      },
    }),
    plans: overrideMethods(plans, {
      addItems: async (portal, id, from, items) => {
        note('page', items);
        await plans.addItems(portal, id, from, items);
      },
    }),
  };
}

it.each(['deal', 'quote'] as const)(
  'a plan of activities with 100 bindings each fits its records, however many there are: %s',
  async (symbol) => {
    seed(120, { symbol, first: 'contact:5', shared: true });
    const { plan } = await startPlan(stage.member, stage.deps);
    await stage.drain(stage.newWorker(watchedStores(stage.stores)));

    expect(await stage.stores.plans.read(stage.member, plan)).toMatchObject({ state: 'ready', items: 120 * 99 });
    expect(Math.max(longest.checkpoint, longest.page)).toBeLessThan(MOST_CHARACTERS);
  },
  LONG_MS,
);

it(
  'a sweep of such activities fits its records as well',
  async () => {
    seed(40, { symbol: 'quote', first: 'contact:5', shared: true });
    await startSweep(stage.member, stage.deps);
    await stage.drain(stage.newWorker(watchedStores(stage.stores)));

    const removed = stage.portal.ledger.changes.filter(({ kind }) => kind === 'binding_removed');
    expect(removed).toHaveLength(40 * 99);
    expect(longest.intent).toBeLessThan(MOST_CHARACTERS);
  },
  LONG_MS,
);

it(
  'a run that waits for facts about thousands of elements gets them all',
  async () => {
    await stage.stores.portals.writeRules(stage.member, JSON.stringify([LEADS]));
    seed(160, { symbol: 'quote', first: 'lead:1', shared: false });
    const { plan } = await startPlan(stage.member, stage.deps);
    await stage.drain(stage.newWorker(watchedStores(stage.stores)));

    expect(await stage.stores.plans.read(stage.member, plan)).toMatchObject({ state: 'ready', weighed: 160 });
    // Large, although a sweep stores its state compressed.
    expect(longest.checkpoint).toBeGreaterThan(10_000);
    expect(longest.checkpoint).toBeLessThan(MOST_CHARACTERS);
  },
  LONG_MS,
);
