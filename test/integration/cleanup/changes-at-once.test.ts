import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { unbindingOf } from '../../support/cleanup/unbinding-of.ts';
import { type CleanupStage, cleanupStage, newIds } from '../../support/stage/cleanup-stage.ts';

const MISSING_QUOTES = { name: 'missing-quotes', element: 'quote', when: { missing: true } };

let stage: CleanupStage;
beforeAll(async () => {
  stage = await cleanupStage();
});
afterAll(() => stage.close());

const completed = (id: number) => stage.portal.act({ do: 'completeActivity', id });

describe('ten changes at once', () => {
  it('of activities are evaluated in two requests', async () => {
    const first = newIds(10);
    await stage.setRules([{ ...LOST_DEALS, when: { stage: 'success' } }]);
    stage.scene({
      deals: [{ id: 1, count: 10, stageId: 'LOSE' }],
      activities: [{ id: first, count: 10, bindings: ['deal:1..10', 'contact:5'] }],
    });

    await changeTogether(Array.from({ length: 10 }, (_, index) => () => completed(first + index)));

    expect(stage.calls('crm.activity.binding.list')).toBe(10);
    expect(stage.requests()).toBe(2);
    expect(stage.calls('crm.activity.binding.delete')).toBe(0);
  });

  it('of elements are evaluated in two requests', async () => {
    const first = newIds(10);
    await stage.setRules([{ ...LOST_DEALS, when: { stage: 'failed', alsoBoundTo: ['lead'] } }]);
    stage.scene({
      deals: [{ id: 1, count: 10, stageId: 'NEW' }],
      activities: [{ id: first, count: 10, completed: true, bindings: ['deal:1..10', 'contact:5'] }],
    });

    await changeTogether(
      Array.from(
        { length: 10 },
        (_, index) => () => stage.portal.act({ do: 'moveDeal', id: index + 1, stageId: 'LOSE' }),
      ),
    );

    expect(stage.calls('crm.activity.binding.list')).toBe(10);
    expect(stage.requests()).toBe(2);
    expect(stage.calls('crm.activity.binding.delete')).toBe(0);
  });

  it('of both, with events of our own changes among them, are evaluated in two requests', async () => {
    const first = newIds(10);
    await stage.setRules([{ ...LOST_DEALS, when: { stage: 'success', alsoBoundTo: ['contact'] } }]);
    stage.scene({
      deals: [{ id: 1, count: 10, stageId: 'NEW' }],
      activities: [{ id: first, count: 10, completed: true, bindings: ['deal:1..10', 'contact:5'] }],
    });
    await stage.deps.ownChanges.note(
      stage.member,
      unbindingOf([first, first + 1], { from: Date.now(), to: Date.now() + 1_000 }),
    );

    await changeTogether(
      Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0
          ? () => completed(first + index / 2)
          : () => stage.portal.act({ do: 'moveDeal', id: index + 1, stageId: 'LOSE' }),
      ),
    );

    expect(stage.requests()).toBe(2);
    expect(stage.calls('crm.activity.binding.delete')).toBe(0);
  });

  it('do not remove both of the bindings that an activity has', async () => {
    const first = newIds(30);
    await stage.setRules([LOST_DEALS]);
    stage.scene({
      deals: [1, 2].map((id) => ({ id, stageId: 'NEW' })),
      activities: [{ id: first, count: 30, completed: true, bindings: ['deal:1', 'deal:2'] }],
    });

    await changeTogether([1, 2].map((id) => () => stage.portal.act({ do: 'moveDeal', id, stageId: 'LOSE' })));

    // More removals than one request can hold: those without room are planned again by the new state.
    expect(stage.changes('binding_removed')).toHaveLength(30);
    expect(stage.calls('crm.activity.binding.delete')).toBe(30);
  });

  it('that delete quotes are evaluated in two requests as well, and other deletions cost nothing', async () => {
    const first = newIds(11);
    await stage.setRules([MISSING_QUOTES, LOST_DEALS]);
    stage.scene({
      deals: [{ id: 1, stageId: 'LOSE' }],
      quotes: [{ id: 1, count: 10 }],
      activities: [
        { id: first, count: 10, bindings: ['quote:1..10', 'contact:5'] },
        { id: first + 10, completed: true, bindings: ['deal:1', 'contact:5'] },
      ],
    });

    await changeTogether([
      ...Array.from(
        { length: 10 },
        (_, index) => () => stage.portal.act({ do: 'deleteElement', element: `quote:${index + 1}` }),
      ),
      () => stage.portal.act({ do: 'deleteElement', element: 'deal:1' }),
    ]);

    expect(stage.bindings(first)).toEqual(['3:5']);
    expect(stage.calls('crm.activity.binding.delete')).toBe(10);
    const requests = stage.portal.ledger.requests.filter(({ host }) => host === 'portal');
    const deletes = ({ commands }: (typeof requests)[number]) =>
      commands.some(({ method }) => method === 'crm.activity.binding.delete');
    expect(requests.findIndex(deletes)).toBe(2);
  });

  it('cost nothing when no rule is about their type', async () => {
    const first = newIds(10);
    await stage.setRules([MISSING_QUOTES]);
    stage.scene({
      deals: [{ id: 1, count: 10, stageId: 'NEW' }],
      activities: [{ id: first, count: 10, bindings: ['deal:1..10', 'contact:5'] }],
    });

    await changeTogether(
      Array.from(
        { length: 10 },
        (_, index) => () => stage.portal.act({ do: 'moveDeal', id: index + 1, stageId: 'LOSE' }),
      ),
    );

    expect(stage.requests()).toBe(0);
  });
});

/** Makes the changes so that all their events have arrived before the worker wakes. */
async function changeTogether(changes: readonly (() => unknown)[]): Promise<void> {
  await stage.stack.stores.portals.setPaused(stage.member, true);
  await Promise.all(changes.map((change) => change()));
  await stage.settledEvents();
  await stage.stack.stores.portals.setPaused(stage.member, false);
  await stage.stack.stores.portals.clearWakePending(stage.member);
  await stage.stack.fire({ task: 'ring' });
  await stage.settled();
}
