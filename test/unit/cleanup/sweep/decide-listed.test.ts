import { describe, expect, it } from '@jest/globals';
import {
  type ActivityExemptions,
  type ExemptionStore,
  NO_EXEMPTIONS,
} from '../../../../lib/cleanup/rules/exemption-store.ts';
import { KnownFacts } from '../../../../lib/cleanup/rules/known-facts.ts';
import { NO_STAGES } from '../../../../lib/cleanup/rules/stage-directory.ts';
import { decideListed } from '../../../../lib/cleanup/sweep/decide-listed.ts';
import type { Listed } from '../../../../lib/cleanup/sweep/sweep-state.ts';
import { contact, daysAgo, deal, lost, NOW, of, prepareRules } from '../../../support/cleanup/decide.ts';

const listed = (id: number, ...deals: readonly number[]): Listed => ({
  id,
  updatedAt: daysAgo(40),
  rules: [0],
  bindings: [...deals.map(deal), contact],
});

/** Decides with lost deals 1 to 9 known, and more not. */
async function decideWith(all: readonly Listed[], most = 100, exempt: readonly [number, ActivityExemptions][] = []) {
  const facts = new KnownFacts(NO_STAGES);
  for (let id = 1; id < 10; id += 1) facts.learn({ ...lost, element: deal(id) });
  const exemptions: Pick<ExemptionStore, 'of'> = { of: async () => new Map(exempt) };
  return await decideListed(all, {
    portal: 'acme',
    rules: prepareRules(of({ stage: 'failed' })),
    facts,
    exemptions: exemptions as ExemptionStore,
    now: NOW,
    most,
  });
}

describe('listed activities', () => {
  it('are decided as soon as all their facts are known', async () => {
    expect(await decideWith([listed(100, 1, 2), listed(200, 1, 50)])).toEqual({
      listed: [listed(200, 1, 50)],
      needed: [deal(50)],
      decided: [
        { activityId: 100, element: deal(1), rule: 0 },
        { activityId: 100, element: deal(2), rule: 0 },
      ],
      evaluated: [100],
      exempt: 0,
    });
  });

  it('wait once there are enough removals; those without any do not', async () => {
    const idle = { ...listed(300, 1), rules: [] };

    const { listed: waiting, evaluated } = await decideWith([listed(100, 1, 2), listed(200, 3), idle], 2);

    expect(waiting.map(({ id }) => id)).toEqual([200]);
    expect(evaluated).toEqual([100, 300]);
  });

  it('may have more removals than fit, as those of one activity belong together', async () => {
    expect((await decideWith([listed(100, 1, 2, 3)], 1)).decided).toHaveLength(3);
  });

  it('count what is exempt or was refused', async () => {
    const exempt = { ...NO_EXEMPTIONS, exempt: new Map([['2:1', NOW]]) };
    const refused = { ...NO_EXEMPTIONS, refused: new Map([['2:3', daysAgo(1)]]) };

    const result = await decideWith([listed(100, 1, 2), listed(200, 3)], 100, [
      [100, exempt],
      [200, refused],
    ]);

    expect(result.decided).toEqual([{ activityId: 100, element: deal(2), rule: 0 }]);
    expect(result).toMatchObject({ evaluated: [100, 200], exempt: 2 });
  });
});
