import { describe, expect, it } from '@jest/globals';
import type { RestCall } from '../../../../lib/bitrix24/rest/rest-call.ts';
import { type ElementChangedDeps, planElementChanged } from '../../../../lib/cleanup/events/plan-element-changed.ts';
import { StageDirectories } from '../../../../lib/cleanup/rules/stage-directory.ts';
import type { Checkpoint, Job } from '../../../../lib/jobs/job.ts';
import type { Read } from '../../../../lib/jobs/planner.ts';
import { NOW, of, prepareRules } from '../../../support/cleanup/decide.ts';

const clock = { now: () => NOW, sleep: () => Promise.resolve() };
const element = { entityTypeId: 2, entityId: 1 };
const job = {
  portal: 'acme',
  createdAt: NOW,
  cursor: null,
  task: { kind: 'element_changed', element },
} as unknown as Job;
const rulesOf = (...rules: readonly object[]) => prepareRules(...rules).map(({ rule }) => rule);

const activities = (count: number): Read => ({
  ok: true,
  result: Array.from({ length: count }, (_, n) => ({ ID: `${n + 1}`, COMPLETED: n % 2 === 0 ? 'Y' : 'N' })),
});
const lostDeal: Read = { ok: true, result: { items: [{ id: 1, stageSemanticId: 'F' }] } };
const refused: Read = { ok: false, code: 'ACCESS_DENIED' };
const bound: Read = {
  ok: true,
  result: [element, { entityTypeId: 3, entityId: 5 }],
};

type Answers = { readonly [method: string]: Read };

/** Plans the event of a lost deal with three activities, two of them completed, unless told otherwise. */
async function plan(
  answers: Answers = {},
  rules = rulesOf(of({ stage: 'failed' }, { completed: true })),
  cursor: Checkpoint | null = null,
  room = 50,
) {
  const asked: string[] = [];
  const all: Answers = {
    'crm.item.list': lostDeal,
    'crm.activity.list': activities(3),
    'crm.activity.binding.list': bound,
    ...answers,
  };
  const exemptions = { of: async () => new Map() };
  const deps: ElementChangedDeps = {
    rulesOf: async () => rules,
    stages: new StageDirectories(clock),
    exemptions: exemptions as unknown as ElementChangedDeps['exemptions'],
    clock,
    isOwnChange: async () => false,
  };
  const ask = async ({ method, params }: RestCall) => {
    asked.push(method === 'crm.activity.list' ? `${method} ${Object(params.filter)['>ID']}` : method);
    return all[method] ?? refused;
  };
  const planned = await planElementChanged(deps)({ ...job, cursor }, Object.assign(ask, { room: () => room }));
  const steps = planned.steps.map(({ activityId, checkpointAfter }) => [activityId, checkpointAfter()]);
  return { ...planned, steps, asked };
}

describe('the event of an element', () => {
  it('unbinds the activities that a rule matches now', async () => {
    expect(await plan()).toEqual({
      steps: [
        [1, { after: 1 }],
        [3, { after: 3 }],
      ],
      checkpoint: null,
      code: null,
      keepsReads: false,
      asked: ['crm.item.list', 'crm.activity.list 0', 'crm.activity.binding.list', 'crm.activity.binding.list'],
    });
  });

  it('unbinds of a slow portal what fits into a request, and goes on within the page', async () => {
    const slow = { 'crm.activity.list': activities(50) };
    const first = await plan(slow, undefined, null, 2);

    expect(first.steps).toEqual([
      [1, { after: 0, from: 1 }],
      [3, { after: 0, from: 3 }],
    ]);
    expect(first).toMatchObject({ checkpoint: { after: 0, from: 3 }, keepsReads: true });
    expect((await plan(slow, undefined, { after: 0, from: 47 }, 2)).checkpoint).toEqual({ after: 50 });
  });

  it('resumes after a full page of activities', async () => {
    expect((await plan({ 'crm.activity.list': activities(50) })).checkpoint).toEqual({ after: 50 });
    expect((await plan({}, undefined, { after: 50 })).asked).toContain('crm.activity.list 50');
  });

  it.each([
    ['rules', []],
    ['a rule about its type', rulesOf(of({}, {}, 'lead'))],
  ])('reads nothing without %s', async (_, rules) => {
    expect(await plan({}, rules)).toEqual({ steps: [], checkpoint: null, code: null, asked: [] });
  });

  it('reads no bindings if no rule matches the element', async () => {
    const { steps, asked } = await plan({}, rulesOf(of({ stage: 'success' })));

    expect([steps, asked]).toEqual([[], ['crm.item.list', 'crm.activity.list 0']]);
  });

  it('reads the element alone as well if a rule is about missing ones', async () => {
    const answers = {
      'crm.item.list': { ok: true, result: { items: [] } },
      'crm.item.get': { ok: false, code: 'NOT_FOUND' },
    } as const;

    const { steps, asked } = await plan(answers, rulesOf(of({ missing: true })));

    expect(steps).toHaveLength(3);
    expect(asked).toContain('crm.item.get');
  });

  it.each(['crm.item.list', 'crm.activity.list', 'crm.activity.binding.list'])(
    'removes nothing if %s is refused, and keeps the code',
    async (method) => {
      expect(await plan({ [method]: refused })).toMatchObject({ steps: [], checkpoint: null, code: 'ACCESS_DENIED' });
    },
  );
});
