import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RestAnswer } from '../../../../lib/bitrix24/rest/rest-call.ts';
import type { Attempt } from '../../../../lib/jobs/attempt.ts';
import type { Job } from '../../../../lib/jobs/job.ts';
import { newOpenIntent, type OpenIntent } from '../../../../lib/worker/request/open-intent.ts';
import type { RequestItem, Session } from '../../../../lib/worker/request/session.ts';
import { settleRequest } from '../../../../lib/worker/request/settle-request.ts';
import { askedOf, type FakePorts, fakeSession } from '../../../support/worker/fake-session.ts';
import {
  attemptOf,
  CONTACT,
  DEAL,
  errorOf,
  intentOf,
  jobOf,
  LOST,
  NOW,
  outcomeOf,
  resultOf,
} from '../../../support/worker/samples.ts';

const DELETE = { method: 'crm.activity.binding.delete', params: {} };
const SEND = { method: 'bizproc.event.send', params: {} };
const inDoubt = attemptOf({ state: 'unanswered', tried: true, attempts: 1, firstSentAt: NOW, certainAt: NOW });

let session: Session & { readonly ports: FakePorts };
beforeEach(() => {
  session = fakeSession();
});

function opened(attempts: readonly Attempt[], job: Job = jobOf()): OpenIntent {
  const openIntent = newOpenIntent(intentOf(attempts, job));
  session.ports.jobs.put(job);
  session.openIntents.push(openIntent);
  return openIntent;
}

const itemsOf = (openIntent: OpenIntent, call = DELETE): RequestItem[] =>
  openIntent.intent.trials.map((attempt) => ({ kind: 'attempt', openIntent, attempt, call }));

const settle = (items: readonly RequestItem[], ...answers: RestAnswer[]) => settleIn(true, items, ...answers);

const settleIn = (isPortalWell: boolean, items: readonly RequestItem[], ...answers: RestAnswer[]) =>
  settleRequest(session, { items, askedAt: NOW, isPortalWell }, askedOf(answers));

const recorded = () => [...session.ports.outcomes.outcomes.values()];
const stored = () => session.ports.jobs.jobs.get('job');

describe('an attempt that has ended', () => {
  it('is recorded, advances its job, and closes the intent with the last one', async () => {
    await settle(itemsOf(opened([attemptOf({}, 1), attemptOf({}, 2)])), resultOf(true), errorOf('ACCESS_DENIED'));

    expect(recorded()).toMatchObject([
      { activityId: 1, status: 'unbound', attempts: 1 },
      { activityId: 2, status: 'refused', code: 'ACCESS_DENIED' },
    ]);
    expect(stored()).toMatchObject({ phase: 'finished', slice: 1, counts: { unbound: 1, refused: 1 } });
    expect([session.openIntents, session.ports.intents.intents.size]).toEqual([[], 0]);
  });

  it('leaves job and intent open while another one is in doubt', async () => {
    await settle(itemsOf(opened([attemptOf({}, 1), attemptOf({}, 2)])), resultOf(true), resultOf(false));

    expect(recorded()).toMatchObject([{ activityId: 1, status: 'unbound' }]);
    expect(stored()).toMatchObject({ phase: 'waiting', slice: 0 });
    expect(session.ports.intents.written.at(-1)).toMatchObject({ trials: [{}, { state: 'unanswered' }] });
  });
});

describe('a binding that is gone after a call without an answer', () => {
  const settleGone = () => settle(itemsOf(opened([inDoubt])), resultOf([CONTACT]));
  const other = (changes: Parameters<typeof outcomeOf>[0]) =>
    session.ports.outcomes.record([outcomeOf({ id: 'other/unbind/999', ...changes })]);

  it.each([
    ['was removed by us', null, 'unbound'],
    ['was removed by another command of ours that says so', {}, 'already_unbound'],
    ['is not the one that another command removed: another element', CONTACT, 'unbound'],
    ['is not the one that another command removed: another activity', { activityId: 998 }, 'unbound'],
    [
      'was not removed by a command that ended before its job was created',
      { at: new Date(NOW - 1).toISOString() },
      'unbound',
    ],
    ['was not removed by a command that was refused', { status: 'refused' }, 'unbound'],
  ] as const)('%s', async (_case, changes, status) => {
    if (changes !== null) await other(changes);

    await settleGone();

    expect(session.ports.outcomes.outcomes.get(inDoubt.command.id)?.status).toBe(status);
  });

  it('is ours when the portal itself said so, whatever else is recorded', async () => {
    await other({});

    await settle(itemsOf(opened([attemptOf()])), resultOf(true));

    expect(session.ports.outcomes.outcomes.get(inDoubt.command.id)?.status).toBe('unbound');
  });
});

describe('an answer to a workflow', () => {
  const owed = jobOf({ phase: 'answering', eventToken: 'token', counts: { unbound: 1 } });
  const answer = (job = owed): RequestItem => ({ kind: 'answer', job, call: SEND });

  it.each([
    ['is accepted', resultOf(true), 'finished'],
    ['is refused for good', errorOf('ACCESS_DENIED'), 'finished'],
    ['meets the failure of another command', errorOf('0', null), 'answering'],
    ['meets a fault of the server', errorOf('INTERNAL_SERVER_ERROR', 500), 'answering'],
    ['is lost', LOST, 'answering'],
  ])('that %s leaves its job in the right phase', async (_case, given, phase) => {
    session.ports.jobs.put(owed);

    await settle([answer()], given);

    const failures = phase === 'answering' ? 1 : 0;
    expect(stored()).toMatchObject({ phase, failures, dueAt: NOW + failures * 1_000 });
  });

  it.each([
    [49, 'answering'],
    [50, 'finished'],
  ])('that failed %d times before is given up, or not', async (failures, phase) => {
    session.ports.jobs.put({ ...owed, failures });

    await settle([answer({ ...owed, failures })], LOST);

    expect(stored()?.phase).toBe(phase);
  });

  it('stops the portal when the portal cannot be served', async () => {
    session.ports.jobs.put(owed);

    expect(await settle([answer()], errorOf('OVERLOAD_LIMIT', null))).toBe('OVERLOAD_LIMIT');
    expect(stored()).toMatchObject({ phase: 'answering', failures: 0 });
  });

  it.each([
    [resultOf(true), null, false],
    [LOST, 'token', true],
  ])('that work is still pending is owed no more once accepted (%#)', async (given, eventToken, owesAnswer) => {
    const job = jobOf({ eventToken: 'token', answerBy: NOW + 1_000 });
    const openIntent = opened([inDoubt], job);

    await settle([{ kind: 'pending_answer', job, openIntent, call: SEND }], given);

    expect(stored()).toMatchObject({ phase: 'waiting', eventToken, failures: 0 });
    expect(openIntent.intent.shares[0]?.owesAnswer).toBe(owesAnswer);
  });
});

describe('trouble that is wider than the request', () => {
  const owed = jobOf({ phase: 'answering', eventToken: 'token', counts: { unbound: 1 } });

  it.each([LOST, errorOf('QUERY_LIMIT_EXCEEDED', 503), errorOf('verification_needed', 401)])(
    'uses up no allowance: %j',
    async (answer) => {
      const openIntent = opened([attemptOf({ troubles: 11 }, 1)]);
      session.ports.jobs.put({ ...owed, id: 'owed', failures: 50 });
      const item: RequestItem = { kind: 'answer', job: { ...owed, id: 'owed', failures: 50 }, call: SEND };

      await settleIn(false, [...itemsOf(openIntent), item], answer, answer);

      expect(openIntent.intent.trials).toMatchObject([{ troubles: 11, attempts: 1, alone: false }]);
      expect(session.ports.jobs.jobs.get('owed')).toMatchObject({ phase: 'answering', failures: 50, dueAt: NOW });
    },
  );

  it('such as that of the method leaves an answer owed until the method is tried again', async () => {
    session.ports.jobs.put({ ...owed, failures: 50 });
    session.ports.api.resting.set(SEND.method, NOW + 900_000);

    await settle([{ kind: 'answer', job: { ...owed, failures: 50 }, call: SEND }], errorOf('insufficient_scope', 403));

    expect(stored()).toMatchObject({ phase: 'answering', failures: 50, dueAt: NOW + 900_000 });
  });
});

it('a call for which the client returns nothing counts as not sent', async () => {
  const openIntent = opened([attemptOf()]);

  await settle(itemsOf(openIntent));

  expect(openIntent.intent.trials).toMatchObject([{ state: 'fresh', tried: false, command: { element: DEAL } }]);
});
