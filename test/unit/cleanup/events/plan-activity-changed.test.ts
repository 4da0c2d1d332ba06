import { describe, expect, it } from '@jest/globals';
import { type ActivityChangedDeps, planActivityChanged } from '../../../../lib/cleanup/events/plan-activity-changed.ts';
import { StageDirectories } from '../../../../lib/cleanup/rules/stage-directory.ts';
import type { Job } from '../../../../lib/jobs/job.ts';
import type { Read } from '../../../../lib/jobs/planner.ts';
import { call, NOW, of, prepareRules } from '../../../support/cleanup/decide.ts';

const clock = { now: () => NOW, sleep: () => Promise.resolve() };
const job = { portal: 'acme', task: { kind: 'activity_changed', activityId: call.id } } as Job;
const RULES = prepareRules(of({ stage: 'failed' }, { completed: true })).map(({ rule }) => rule);

const dealAndContact: Read = {
  ok: true,
  result: [
    { entityTypeId: 2, entityId: 1 },
    { entityTypeId: 3, entityId: 5 },
  ],
};
const contactOnly: Read = { ok: true, result: [{ entityTypeId: 3, entityId: 5 }] };
const lostDeal: Read = { ok: true, result: { items: [{ id: 1, stageSemanticId: 'F' }] } };
const refused: Read = { ok: false, code: 'ACCESS_DENIED' };

/** Plans the event of an activity that is bound to a lost deal, unless told otherwise; `asked`: the methods it calls. */
async function plan(over: Partial<ActivityChangedDeps> = {}, bindings: Read = dealAndContact, items: Read = lostDeal) {
  const asked: string[] = [];
  const exemptions = { of: async () => new Map() };
  const deps: ActivityChangedDeps = {
    rulesOf: async () => RULES,
    stages: new StageDirectories(clock),
    exemptions: exemptions as unknown as ActivityChangedDeps['exemptions'],
    clock,
    isOwnChange: async () => false,
    readActivity: async () => ({ ok: true, activity: call }),
    ...over,
  };
  const { steps, checkpoint, code } = await planActivityChanged(deps)(job, async ({ method }) => {
    asked.push(method);
    return method === 'crm.activity.binding.list' ? bindings : items;
  });
  return { steps: steps.map(({ element, rule }) => [element, rule]), checkpoint, code, asked };
}

const bindingList = 'crm.activity.binding.list';

describe('the event of an activity', () => {
  it('removes what a rule matches now', async () => {
    expect(await plan()).toEqual({
      steps: [[{ entityTypeId: 2, entityId: 1 }, 'r']],
      checkpoint: null,
      code: null,
      asked: [bindingList, 'crm.item.list'],
    });
  });

  it.each<[string, Partial<ActivityChangedDeps>, Read, string[]]>([
    ['without rules', { rulesOf: async () => [] }, dealAndContact, []],
    ['of our own unbinding', { isOwnChange: async () => true }, dealAndContact, []],
    ['without a binding that a rule is about', {}, contactOnly, [bindingList]],
  ])('reads no more than needed: %s', async (_, over, bindings, asked) => {
    expect(await plan(over, bindings)).toEqual({ steps: [], checkpoint: null, code: null, asked });
  });

  it.each<[string, Partial<ActivityChangedDeps>, Read, Read]>([
    ['bindings', {}, refused, lostDeal],
    ['activity', { readActivity: async () => refused }, dealAndContact, lostDeal],
    ['element', {}, dealAndContact, refused],
  ])('removes nothing if its %s cannot be read, and keeps the code', async (_, over, bindings, items) => {
    expect(await plan(over, bindings, items)).toMatchObject({ steps: [], code: 'ACCESS_DENIED' });
  });
});
