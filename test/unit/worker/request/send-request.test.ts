import { describe, expect, it } from '@jest/globals';
import { PortalStopped } from '../../../../lib/jobs/planner.ts';
import { newOpenIntent } from '../../../../lib/worker/request/open-intent.ts';
import { sendRequest } from '../../../../lib/worker/request/send-request.ts';
import type { RequestItem, Session } from '../../../../lib/worker/request/session.ts';
import { type FakePorts, fakeSession } from '../../../support/worker/fake-session.ts';
import {
  attemptOf,
  CONTACT,
  errorOf,
  intentOf,
  jobOf,
  LOST,
  NOW,
  resultOf,
  UNSENT,
} from '../../../support/worker/samples.ts';

/** A session with one intent of one attempt, and the request item for it. */
function oneAttempt(changes: Parameters<typeof attemptOf>[0] = {}, session = fakeSession()) {
  const openIntent = newOpenIntent(intentOf([attemptOf(changes)]));
  const [attempt = attemptOf()] = openIntent.intent.trials;
  session.ports.jobs.put(jobOf());
  session.openIntents.push(openIntent);
  const item: RequestItem = { kind: 'attempt', openIntent, attempt, call: { method: 'm', params: {} } };
  return { session, item };
}

describe('before a change is sent', () => {
  it('its intent is stored, with the time at which its fate is certain', async () => {
    const { session, item } = oneAttempt();
    const stored: unknown[] = [];
    session.ports.api.answer = () => {
      stored.push(...session.ports.intents.written);
      return resultOf(true);
    };

    await sendRequest(session, [item]);

    expect(stored).toMatchObject([
      { trials: [{ state: 'unanswered', tried: true, attempts: 1, certainAt: NOW + 5_000 + 65_000 }] },
    ]);
  });
});

it('before a read is sent nothing is stored', async () => {
  const { session, item } = oneAttempt({ state: 'unanswered', tried: true, certainAt: NOW + 65_000 });
  session.ports.api.answer = () => {
    expect(session.ports.intents.written).toEqual([]);
    return resultOf([CONTACT]);
  };

  await sendRequest(session, [item]);

  expect(session.ports.api.sent).toHaveLength(1);
});

describe('the rate', () => {
  const SWEEP = { trigger: 'cleanup' } as const;

  it.each([
    ['makes a sweep rest when its half is used up', SWEEP, NOW + 90_000, 0],
    ['lets a robot go on while the half of sweeps is used up', {}, 0, 1],
  ])('%s', async (_case, changes, restUntil, requests) => {
    const { session, item } = oneAttempt(changes);
    session.ports.api.wait = { all: 0, half: 90_000 };

    expect(await sendRequest(session, [item])).toBe(restUntil);
    expect(session.ports.api.sent).toHaveLength(requests);
  });

  it('is waited for in this process when that is short', async () => {
    const { session, item } = oneAttempt();
    session.ports.api.wait = { all: 1_999, half: 1_999 };

    await sendRequest(session, [item]);

    expect(session.ports.clock.now()).toBe(NOW + 1_999);
    expect(session.ports.api.sent).toHaveLength(1);
  });
});

it('a portal that cannot be served ends the serving, after what is known was stored', async () => {
  const { session, item } = oneAttempt();
  session.ports.api.answer = () => errorOf('OVERLOAD_LIMIT', 503);

  await expect(sendRequest(session, [item])).rejects.toThrow(PortalStopped);
  expect(session.ports.intents.written.at(-1)).toMatchObject({ trials: [{ state: 'fresh', attempts: 1 }] });
});

it.each([
  ['a result', resultOf(true), true],
  ['a refusal', errorOf('ACCESS_DENIED'), true],
  ['a wish that is fulfilled already', errorOf('BINDING_NOT_FOUND'), true],
  ['a rate limit', errorOf('QUERY_LIMIT_EXCEEDED', 503), false],
  ['no answer', LOST, false],
  ['no connection', UNSENT, false],
])('%s proves that a probed portal can be served, or does not: %#', async (_case, answer, proven) => {
  const { session, item } = oneAttempt();
  const probing: Session & { ports: FakePorts } = session;
  const call = { method: 'crm.activity.binding.delete', params: {} };
  session.ports.api.answer = () => answer;

  await sendRequest(probing, [{ ...item, call }]);

  expect(probing.proven).toBe(proven);
});
