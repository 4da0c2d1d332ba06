import { describe, expect, test } from '@jest/globals';
import type { CommandAnswer } from '../../../lib/bitrix24/rest/rest-call.ts';
import { afterAnswers, stoppedUntil } from '../../../lib/portal/stopped-methods.ts';
import { errorOf, NOW, resultOf, UNSENT } from '../../support/worker/samples.ts';

const SEND = 'bizproc.event.send';
const MINUTE_MS = 60_000;
const call = (method: string) => ({ method, params: {} });
const NO_SCOPE = errorOf('insufficient_scope', 403);

const askSend = (before: Parameters<typeof afterAnswers>[0], now: number, ...answers: readonly CommandAnswer[]) =>
  afterAnswers(
    before,
    answers.map(() => call(SEND)),
    answers,
    now,
  );

describe('a method that is refused as such', () => {
  test('stops, and is tried again after 15 minutes, then ever more rarely, up to 12 hours', () => {
    let stopped = askSend({}, NOW, NO_SCOPE);
    expect(stopped).toEqual({
      [SEND]: { code: 'INSUFFICIENT_SCOPE', since: NOW, probeAt: NOW + 15 * MINUTE_MS, probes: 0 },
    });

    const pauses = Array.from({ length: 7 }, () => {
      const at = stopped[SEND]?.probeAt ?? 0;
      stopped = askSend(stopped, at, NO_SCOPE);
      return ((stopped[SEND]?.probeAt ?? 0) - at) / MINUTE_MS;
    });

    expect(pauses).toEqual([30, 60, 120, 240, 480, 720, 720]);
    expect(stopped[SEND]).toMatchObject({ since: NOW, probes: 7 });
  });

  test('counts once for a request, however many of its calls are refused', () => {
    expect(askSend({}, NOW, NO_SCOPE, NO_SCOPE)[SEND]?.probes).toBe(0);
  });

  test.each([
    ['does what it is asked', resultOf(true)],
    ['refuses a call for a reason of its own', errorOf('ACCESS_DENIED', 403)],
  ])('is well again when it %s', (_case, answer) => {
    expect(askSend(askSend({}, NOW, NO_SCOPE), NOW, NO_SCOPE, answer)).toEqual({});
  });

  test('stays stopped while it is not called, and while others are', () => {
    const stopped = askSend({}, NOW, NO_SCOPE);

    expect(askSend(stopped, NOW, UNSENT)).toEqual(stopped);
    expect(afterAnswers(stopped, [call('crm.activity.binding.delete')], [resultOf(true)], NOW)).toEqual(stopped);
  });

  test('may be called from its time on', () => {
    const stopped = askSend({}, NOW, NO_SCOPE);
    const until = NOW + 15 * MINUTE_MS;

    expect(stoppedUntil(stopped, 'BizProc.Event.Send', NOW)).toBe(until);
    expect([stoppedUntil(stopped, SEND, until), stoppedUntil(stopped, 'crm.activity.get', NOW)]).toEqual([0, 0]);
  });
});
