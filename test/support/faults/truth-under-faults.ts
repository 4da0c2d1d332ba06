import { expect } from '@jest/globals';
import { openVirtualStage } from '../virtual/virtual-stage.ts';
import { audit, wrongIn } from './oracle.ts';
import { playTriggers } from './play-triggers.ts';
import { LOST_DEALS, planTriggers } from './trigger-plan.ts';

const PORTALS = 20;
const HOUR_MS = 3_600_000;
/** Every fifth request to a portal meets trouble; the stores fail more rarely, since they are called more often. */
const REST_TROUBLE = 0.2;
const PORT_TROUBLE = { throttled: 0.002, lost: 0.002, killed: 0.001 };

/**
 * Nothing is lost, nothing is done twice, and every outcome agrees with the portal's own ledger. The first deliveries of
 * `count` triggers come within `seconds`; everything must be finished within `hours`, both virtual.
 */
export async function playTriggersUnderFaults(
  seed: string,
  { count, seconds, hours }: { readonly count: number; readonly seconds: number; readonly hours: number },
): Promise<void> {
  const { triggers, seedOf } = planTriggers(seed, count, PORTALS);
  const stage = await openVirtualStage({
    seed,
    count: PORTALS,
    seedOf,
    rules: [LOST_DEALS],
    restTrouble: REST_TROUBLE,
    portTrouble: PORT_TROUBLE,
    unruly: true,
    settings: { rateLimit: { drainPerSecond: 2, threshold: 50 }, operatingSecondsPerCall: { '*': 0.02 } },
  });
  try {
    const played = await stage.run(async () => {
      const all = await playTriggers(stage, triggers, seconds);
      await stage.settled();
      return all;
    }, hours * HOUR_MS);

    const found = await audit(stage, played);
    const requests = stage.portals.flatMap(({ ledger }) => ledger.requests);
    const faults = requests.filter(({ fault }) => fault !== null).length;
    const ended = Object.groupBy(stage.invocations, ({ end }) => end);
    console.log(
      `truth under faults: seed ${seed}, ${played.length} triggers, ${played.reduce((sum, one) => sum + one.deliveries, 0)} deliveries, ` +
        `${found.commands} commands over ${PORTALS} portals; ${requests.length} requests, ${faults} struck, ` +
        `invocations ${JSON.stringify(Object.fromEntries(Object.entries(ended).map(([end, all]) => [end, all?.length])))}, ` +
        `${stage.reinstalled.length} re-installed, ${stage.queue.dead.length} dead wake-ups; ` +
        `lost ${found.lost.length}, contradictions ${found.contradictions.length}, recorded twice ${found.rerecorded.length}, ` +
        `untrue answers ${found.answers.length}, presumed ${found.presumed.length}, failed ${found.failed}, second deletes ${found.secondDeletes.length}; ` +
        `${((stage.clock.now() - stage.clock.startedAt) / 60_000).toFixed(0)} virtual minutes`,
    );
    expect(wrongIn(found)).toEqual([]);
    expect(found.secondDeletes.length).toBeLessThanOrEqual(found.commands / 1000);
  } finally {
    await stage.close();
  }
}
