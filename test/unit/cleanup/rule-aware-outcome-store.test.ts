import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ruleAwareOutcomeStore } from '../../../lib/cleanup/rule-aware-outcome-store.ts';
import { freshPortal } from '../../support/aws/fresh-portal.ts';
import { type TemporaryLocalAws, temporaryLocalAws } from '../../support/aws/temporary-local-aws.ts';

let aws: TemporaryLocalAws;
beforeAll(async () => {
  aws = await temporaryLocalAws();
});
afterAll(() => aws.close());

const deal = (entityId: number) => ({ entityTypeId: 2, entityId });

describe('outcomes', () => {
  const outcome = {
    id: 'j/unbind/1/2:1',
    activityId: 1,
    ...deal(1),
    attempts: 1,
    durationMs: 0,
    code: null,
    cause: 'c',
  };
  const at = (ms: number): string => new Date(ms).toISOString();

  it('of rules are noted if refused, and so is our own change of the activity afterwards', async () => {
    const [{ exemptions, outcomes, ownChanges }, portal] = [aws.stores, freshPortal()];
    const store = ruleAwareOutcomeStore(outcomes, { exemptions, ownChanges });
    const refused = { ...outcome, portal, status: 'refused', trigger: 'cleanup', at: at(1000) } as const;
    const unbound = {
      ...outcome,
      id: 'k/unbind/1/2:2',
      ...deal(2),
      portal,
      status: 'unbound',
      trigger: 'robot',
      at: at(9000),
    } as const;

    await store.record([refused]);
    await store.record([unbound]);

    expect((await exemptions.of(portal, [1])).get(1)).toMatchObject({
      refused: new Map([['2:1', 1000]]),
      ownChangeAt: 9000,
    });
    expect(await store.ofJob(portal, 'j')).toEqual([refused]);
    expect(await store.pageOfJob(portal, 'k', null, 5)).toEqual([unbound]);
    expect(await store.pageOfJob(portal, 'k', unbound.id, 5)).toEqual([]);
  });

  it('of an undo that could not bind end the exemption that was made for it', async () => {
    const [{ exemptions, outcomes, ownChanges }, portal] = [aws.stores, freshPortal()];
    const pairs = [1, 2, 3, 4].map((id) => ({ activityId: 1, element: deal(id) }));
    await exemptions.exempt(portal, pairs, 'undo:1', 2000);
    const bind = (entityId: number, status: 'bound' | 'already_bound' | 'refused' | 'skipped') =>
      ({
        ...outcome,
        id: `undo:1/bind/1/2:${entityId}`,
        ...deal(entityId),
        portal,
        trigger: 'cli',
        at: at(3000),
        status,
      }) as const;

    await ruleAwareOutcomeStore(outcomes, { exemptions, ownChanges }).record([
      bind(1, 'bound'),
      bind(2, 'already_bound'),
      bind(3, 'refused'),
      bind(4, 'skipped'),
    ]);

    expect([...((await exemptions.of(portal, [1])).get(1)?.exempt.keys() ?? [])].sort()).toEqual(['2:1', '2:2']);
  });

  it('of robots and people are not noted', async () => {
    const [{ exemptions, outcomes, ownChanges }, portal] = [aws.stores, freshPortal()];
    const refused = { ...outcome, portal, status: 'refused', at: at(1000) } as const;

    await ruleAwareOutcomeStore(outcomes, { exemptions, ownChanges }).record([
      { ...refused, trigger: 'robot' },
      { ...refused, id: 'k', trigger: 'cli' },
    ]);

    expect((await exemptions.of(portal, [1])).size).toBe(0);
  });
});
