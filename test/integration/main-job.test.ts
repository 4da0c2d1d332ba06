import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recorded, type Staging, stage } from '../support/stage/staging.ts';

const LOST_DEALS = { name: 'lost-deals', element: 'deal', when: { stage: 'failed' }, activities: { completed: true } };

let staging: Staging;
beforeAll(async () => {
  staging = await stage({ rules: [LOST_DEALS] });
});
afterAll(() => staging.close());

/** Ids are new in every test, so that each sees its own outcomes only. */
let lastId = 1000;
const newId = (): number => ++lastId;

const outcomesOf = async (activityId: number) =>
  (await staging.outcomes()).filter((outcome) => outcome.activityId === activityId);

const removed = (activityId: number) => ({ activityId, entityTypeId: 2, entityId: 1 });

const workflowOf = (workflowId: string) => staging.portal.crm().workflows.get(workflowId);

async function runRobot(properties: object): Promise<{ workflowId: string; eventToken: string }> {
  const started = await staging.portal.act({ do: 'callRobot', element: 'deal:1', properties });
  return started as { workflowId: string; eventToken: string };
}

describe('an activity that is bound to a deal and a contact', () => {
  it('is unbound by a robot, and the workflow gets its answer', async () => {
    const activity = newId();
    staging.scene({ activities: [{ id: activity, bindings: ['deal:1', 'contact:5'] }] });

    const { workflowId } = await runRobot({ activity_id: [activity] });
    await staging.settled();

    expect(staging.changes('binding_removed').map(({ data }) => data)).toEqual([removed(activity)]);
    expect(await outcomesOf(activity)).toMatchObject([
      { status: 'unbound', trigger: 'robot', cause: workflowId, attempts: 1 },
    ]);
    expect(workflowOf(workflowId)).toMatchObject({
      state: 'answered',
      answers: 1,
      returnValues: { status: 'unbound', unbound: '1', refused: '0', error_code: '' },
    });
  });

  it('is unbound by the recorded robot call', async () => {
    staging.scene({ activities: [{ id: 999, bindings: ['deal:1', 'contact:5'] }] });

    const reply = await staging.post('/robot', await recorded('robot-deal', staging.portal));
    await staging.settled();

    expect(reply.status).toBe(200);
    expect(await outcomesOf(999)).toMatchObject([{ status: 'unbound', cause: '6748c1d2a3b4c5.12345670' }]);
    expect(staging.changes('binding_removed').map(({ data }) => data)).toEqual([removed(999)]);
  });

  it('is unbound by an event when a rule matches', async () => {
    const activity = newId();
    staging.scene({
      deals: [{ id: 1, stageId: 'NEW' }],
      activities: [{ id: activity, completed: true, bindings: ['deal:1', 'contact:5'] }],
    });

    await staging.portal.act({ do: 'moveDeal', id: 1, stageId: 'LOSE' });
    await staging.settled();

    expect(staging.changes('binding_removed').map(({ data }) => data)).toEqual([removed(activity)]);
    expect(await outcomesOf(activity)).toMatchObject([
      { status: 'unbound', trigger: 'event', cause: 'ONCRMDEALUPDATE' },
    ]);
  });

  it('is left alone by an event when no rule matches', async () => {
    const activity = newId();
    staging.scene({
      deals: [{ id: 1, stageId: 'NEW' }],
      activities: [{ id: activity, completed: false, bindings: ['deal:1', 'contact:5'] }],
    });

    await staging.portal.act({ do: 'moveDeal', id: 1, stageId: 'LOSE' });
    await staging.settled();

    expect(staging.changes('binding_removed')).toEqual([]);
    expect(await outcomesOf(activity)).toEqual([]);
  });

  it('is unbound by the schedule, and a second sweep finds nothing to do', async () => {
    const activity = newId();
    staging.scene({
      deals: [{ id: 1, stageId: 'LOSE' }],
      activities: [{ id: activity, completed: true, bindings: ['deal:1', 'contact:5'] }],
    });

    await staging.stack.fire({ task: 'sweep', due: '2026-11-24T03:00:00Z' });
    await staging.settled();
    await staging.stack.fire({ task: 'sweep', due: '2026-11-25T03:00:00Z' });
    await staging.settled();

    expect(await outcomesOf(activity)).toMatchObject([{ status: 'unbound', trigger: 'cleanup' }]);
    expect(staging.calls('crm.activity.binding.delete')).toBe(1);
  });

  it('keeps one of two lost deals when nothing else is bound to it', async () => {
    const activity = newId();
    staging.scene({
      deals: [1, 2].map((id) => ({ id, stageId: 'LOSE' })),
      activities: [{ id: activity, completed: true, bindings: ['deal:1', 'deal:2'] }],
    });

    await staging.stack.fire({ task: 'sweep', due: '2026-11-26T03:00:00Z' });
    await staging.settled();

    expect(await outcomesOf(activity)).toMatchObject([{ status: 'unbound' }]);
    expect(staging.calls('crm.activity.binding.delete')).toBe(1);
  });
});

describe('a robot call', () => {
  it('that is delivered five times, twice at once, is carried out and answered once', async () => {
    const activity = newId();
    staging.scene({ activities: [{ id: activity, bindings: ['deal:1', 'contact:5'] }] });
    const { workflowId, eventToken } = await runRobot({ activity_id: [activity] });
    const again = await recorded('robot-deal', staging.portal, {
      event_token: eventToken,
      workflow_id: workflowId,
      'properties[activity_id][0]': String(activity),
    });

    const replies = await Promise.all([staging.post('/robot', again), staging.post('/robot', again)]);
    replies.push(await staging.post('/robot', again));
    await staging.settled();
    replies.push(await staging.post('/robot', again));
    await staging.settled();

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(staging.calls('crm.activity.binding.delete')).toBe(1);
    expect(await outcomesOf(activity)).toHaveLength(1);
    expect(staging.calls('bizproc.event.send')).toBe(1);
    expect(workflowOf(workflowId)).toMatchObject({ state: 'answered', answers: 1 });
  });

  it('for a last binding is refused after one REST call, answered, and not tried again', async () => {
    const activity = newId();
    staging.scene({ activities: [{ id: activity, bindings: ['deal:1'] }] });

    const { workflowId } = await runRobot({ activity_id: [activity] });
    await staging.settled();

    const code = 'LAST_BINDING_CANNOT_BE_DELETED';
    expect(await outcomesOf(activity)).toMatchObject([{ status: 'refused', code, attempts: 1 }]);
    expect(staging.calls('crm.activity.binding.delete')).toBe(1);
    expect(workflowOf(workflowId)?.returnValues).toMatchObject({ status: 'refused', refused: '1', error_code: code });
  });

  it('without activity ids unbinds all 120 activities of the deal in at most 12 requests', async () => {
    const first = newId();
    lastId += 120;
    staging.scene({ activities: [{ id: first, count: 120, bindings: ['deal:1', 'contact:5'] }] });
    await staging.stack.stores.portals.writeRules(staging.portal.memberId, '[]'); // no echoes of our own changes
    staging.portal.crm().subscriptions.length = 0;

    const { workflowId } = await runRobot({});
    await staging.settled();

    expect(staging.changes('binding_removed')).toHaveLength(120);
    expect(staging.requests()).toBeLessThanOrEqual(12);
    expect(workflowOf(workflowId)?.returnValues).toMatchObject({ status: 'unbound', unbound: '120', refused: '0' });
  });

  it('is one of 100 at once: at most 60 requests, 100 answers', async () => {
    const first = newId();
    lastId += 100;
    staging.scene({ activities: [{ id: first, count: 100, bindings: ['deal:1', 'contact:5'] }] });

    const started = await Promise.all(
      Array.from({ length: 100 }, (_, index) => runRobot({ activity_id: [first + index] })),
    );
    await staging.settled();

    expect(staging.requests()).toBeLessThanOrEqual(60);
    expect(started.map(({ workflowId }) => workflowOf(workflowId)?.state)).toEqual(Array(100).fill('answered'));
    expect(staging.changes('binding_removed')).toHaveLength(100);
  });

  it('that cannot be understood is explained to its workflow', async () => {
    staging.scene({});

    const { workflowId } = await runRobot({ activity_id: ['0x10'] });
    await staging.settled();

    expect(workflowOf(workflowId)?.returnValues).toMatchObject({ status: 'refused', error_code: 'NOT_UNDERSTOOD' });
    expect(staging.calls('crm.activity.binding.delete')).toBe(0);
  });
});

describe('an access token that has expired', () => {
  it('is renewed once, and the new pair is stored before it is used', async () => {
    const activity = newId();
    staging.scene({ activities: [{ id: activity, bindings: ['deal:1', 'contact:5'] }] });
    const { oauth, memberId, ledger } = staging.portal;
    const before = await staging.stack.stores.grants.read(memberId);
    const refreshes = oauth.calls.token;
    staging.portal.expireTokens();

    await runRobot({ activity_id: [activity] });
    await staging.settled();

    const after = await staging.stack.stores.grants.read(memberId);
    const newest = Math.max(...ledger.requests.map(({ tokenGeneration }) => tokenGeneration ?? 0));
    const firstUse = ledger.requests.find(({ tokenGeneration }) => tokenGeneration === newest)?.at;
    expect(oauth.calls.token - refreshes).toBe(1);
    expect(await outcomesOf(activity)).toMatchObject([{ status: 'unbound' }]);
    expect(after?.version).not.toBe(before?.version);
    expect(Math.floor(statSync(join(staging.home, 'secrets.json')).mtimeMs)).toBeLessThanOrEqual(firstUse ?? 0);
  });
});
