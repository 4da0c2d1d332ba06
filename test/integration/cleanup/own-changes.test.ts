import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { unbindingOf } from '../../support/cleanup/unbinding-of.ts';
import { type CleanupStage, cleanupStage, newIds } from '../../support/stage/cleanup-stage.ts';

let stage: CleanupStage;
beforeAll(async () => {
  stage = await cleanupStage();
});
afterAll(() => stage.close());

const completed = (id: number) => stage.portal.act({ do: 'completeActivity', id });

describe('the event of our own unbinding', () => {
  it('costs no read and no write', async () => {
    const activity = newIds(1);
    await stage.setRules([LOST_DEALS]);
    stage.scene({
      deals: [
        { id: 1, stageId: 'LOSE' },
        { id: 2, stageId: 'NEW' },
      ],
      activities: [{ id: activity, completed: false, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
    });

    await completed(activity);
    await stage.settled();

    expect(stage.bindings(activity)).toEqual(['2:2', '3:5']);
    expect(stage.calls('crm.activity.binding.delete')).toBe(1);
    expect(stage.calls('crm.activity.binding.list')).toBe(1);
    expect(stage.calls('crm.item.list')).toBe(1);
    expect(stage.calls('crm.activity.list')).toBe(1);
    expect(stage.requests()).toBe(3);
  });

  it('that a robot asked for costs none either, whatever a rule could still remove', async () => {
    const first = newIds(10);
    await stage.setRules([LOST_DEALS]);
    stage.scene({
      deals: [
        { id: 1, stageId: 'NEW' },
        { id: 2, stageId: 'NEW' },
      ],
      activities: [{ id: first, count: 10, completed: true, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
    });

    const ids = Array.from({ length: 10 }, (_, index) => first + index);
    await stage.portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id: ids } });
    await stage.settled();

    expect(stage.changes('binding_removed')).toHaveLength(10);
    expect(stage.calls('crm.activity.list')).toBe(0);
    expect(stage.calls('crm.activity.binding.list')).toBe(0);
    expect(stage.calls('crm.item.list')).toBe(0);
  });

  it('does not hide what a person changes at the same time', async () => {
    const activity = newIds(1);
    await stage.setRules([LOST_DEALS]);
    stage.scene({
      deals: [1, 2].map((id) => ({ id, stageId: 'LOSE' })),
      activities: [{ id: activity, completed: false, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
    });

    await stage.portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id: [activity] } });
    await completed(activity);
    await stage.settled();

    expect(stage.bindings(activity)).toEqual(['3:5']);
  });

  it('does not hide what a person changes later, even if our own event was lost', async () => {
    const activity = newIds(1);
    await stage.setRules([LOST_DEALS]);
    stage.scene({
      deals: [1, 2].map((id) => ({ id, stageId: 'LOSE' })),
      activities: [{ id: activity, completed: false, bindings: ['deal:1', 'deal:2', 'contact:5'] }],
    });
    const { ownChanges } = stage.deps;
    await ownChanges.note(
      stage.member,
      unbindingOf([activity], { from: Date.now() - 60_000, to: Date.now() - 60_000 }),
    );

    await completed(activity);
    await stage.settled();

    expect(stage.bindings(activity)).toEqual(['3:5']);
  });

  it('costs nothing without rules', async () => {
    const activity = newIds(1);
    await stage.setRules([]);
    stage.scene({ activities: [{ id: activity, bindings: ['deal:1', 'contact:5'] }] });

    await stage.portal.act({ do: 'callRobot', element: 'deal:1', properties: { activity_id: [activity] } });
    await stage.settled();

    expect(stage.calls('crm.activity.binding.delete')).toBe(1);
    expect(stage.calls('crm.activity.binding.list')).toBe(0);
  });
});
