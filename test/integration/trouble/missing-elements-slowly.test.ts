import { afterEach, expect, it } from '@jest/globals';
import { eventTrigger } from '../../support/faults/deliver-triggers.ts';
import { openVirtualStage, type VirtualStage } from '../../support/virtual/virtual-stage.ts';

let stage: VirtualStage;
afterEach(() => stage.close());
const HOUR = 3_600_000;

it.each([
  [12, 1],
  [20, 2],
] as const)(
  'an activity that is bound to %s deleted quotes is unbound from them within half an hour on a portal that needs %s s a command',
  async (count, seconds) => {
    const quotes = Array.from({ length: count }, (_, n) => `quote:${n + 1}`) as never[];
    stage = await openVirtualStage({
      seed: 'many missing',
      count: 1,
      settings: {
        operatingSecondsPerCall: { '*': seconds },
        operatingLimitSeconds: null,
        time: { operating: false, resetAt: 'absent', wholeSeconds: false },
      },
      rules: [{ name: 'gone', element: 'quote', when: { missing: true } }],
      seedOf: () => ({ deals: [{ id: 999 }], activities: [{ id: 1, bindings: [...quotes, 'contact:1'] as never }] }),
    });
    const [portal] = stage.portals;
    if (portal === undefined) throw new Error('none');
    for (const element of quotes) await portal.act({ do: 'deleteElement', element, userId: 1 } as never);
    await stage.run(async () => {
      await stage.deliver(eventTrigger(portal, 'ONCRMACTIVITYUPDATE', { ID: 1 }));
      await stage.clock.sleep(HOUR);
    }, 2 * HOUR);
    const counts: Record<string, number> = {};
    for (const { commands } of portal.ledger.requests)
      for (const { method } of commands) counts[method] = (counts[method] ?? 0) + 1;
    expect(new Set(stage.recorded.map(({ id }) => id)).size).toBe(count);
  },
);
