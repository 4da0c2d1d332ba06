import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../../../lib/jobs/attempt.ts';
import { decideAttempt } from '../../../../lib/worker/request/decide-attempt.ts';
import { attemptOf, CONTACT, DEAL, errorOf, NOW, resultOf } from '../../../support/worker/samples.ts';

const moment = { askedAt: NOW, now: NOW, random: 0.5, restingUntil: 0 };
const later = { ...moment, askedAt: NOW + 70_000, now: NOW + 70_000 };
const unanswered: Attempt = attemptOf({ state: 'unanswered', tried: true, attempts: 1, certainAt: NOW + 65_000 });
const confirm: Attempt = attemptOf({ state: 'confirm', attempts: 1, certainAt: NOW + 2_000 });
const bound = resultOf([DEAL, CONTACT]);
const gone = resultOf([CONTACT]);
const empty = resultOf([]);

describe('an attempt without an answer', () => {
  it('removed the binding when it is gone and others are there', () => {
    expect(decideAttempt(unanswered, gone, moment)).toMatchObject({ kind: 'ended', status: 'unbound', presumed: true });
  });

  it('is not settled by an empty list, which may be a writer between its DELETE and its INSERT', () => {
    expect(decideAttempt(unanswered, empty, moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'unanswered', notBefore: NOW + 2_000 },
    });
  });

  it('is settled by an empty list once nothing can be at work any more', () => {
    expect(decideAttempt(unanswered, empty, later)).toMatchObject({ kind: 'ended', status: 'unbound' });
  });

  it('is looked at again when it is certain, if the binding is still there', () => {
    expect(decideAttempt(unanswered, bound, moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'unanswered', notBefore: NOW + 65_000 },
    });
  });

  it('did not happen when the binding is still there then, and the change is sent again', () => {
    expect(decideAttempt(unanswered, bound, later)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'fresh', tried: false, notBefore: later.now },
    });
  });

  it('is looked at again after a fault of the server', () => {
    expect(decideAttempt(unanswered, errorOf('INTERNAL_SERVER_ERROR', null), moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'unanswered', troubles: 1, notBefore: NOW + 1_000 },
    });
  });

  it('is looked at alone after a rate limit, which is trouble of the portal and uses up nothing of the command', () => {
    const decision = decideAttempt(unanswered, errorOf('QUERY_LIMIT_EXCEEDED', null), moment);

    expect(decision).toMatchObject({ kind: 'going_on', attempt: { state: 'unanswered', alone: true } });
    expect(decision.attempt.troubles ?? 0).toBe(0);
  });

  it('waits until the method may be called again', () => {
    const resting = { ...moment, restingUntil: NOW + 90_000 };

    expect(decideAttempt(unanswered, errorOf('OPERATION_TIME_LIMIT', null), resting)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'unanswered', notBefore: NOW + 90_000 },
    });
  });

  it('stops the portal when the list shows that it cannot be served', () => {
    expect(decideAttempt(unanswered, errorOf('OVERLOAD_LIMIT', null), moment)).toMatchObject({ kind: 'stopped' });
  });
});

describe('a list that cannot be read', () => {
  it('ends the attempt when there is no such activity', () => {
    expect(decideAttempt(unanswered, errorOf('NOT_FOUND'), moment)).toMatchObject({
      kind: 'ended',
      status: 'refused',
      code: 'NOT_FOUND',
    });
  });

  it('does not send the change again while the first request may be at work', () => {
    expect(decideAttempt(unanswered, errorOf('ACCESS_DENIED'), moment)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'unanswered', tried: true, notBefore: NOW + 65_000 },
    });
  });

  it('sends the change again once the first request cannot be at work any more', () => {
    expect(decideAttempt(unanswered, errorOf('ACCESS_DENIED'), later)).toMatchObject({
      kind: 'going_on',
      attempt: { state: 'fresh', tried: true, notBefore: later.now },
    });
  });

  it('changes nothing about a BINDING_NOT_FOUND', () => {
    expect(decideAttempt(confirm, errorOf('ACCESS_DENIED'), moment)).toMatchObject({
      kind: 'ended',
      status: 'already_unbound',
    });
  });
});

describe('a BINDING_NOT_FOUND that is confirmed', () => {
  it.each([
    ['before we asked', false, 'already_unbound'],
    ['by us, after a call that got no answer', true, 'unbound'],
  ] as const)('was unbound %s', (_case, tried, status) => {
    expect(decideAttempt({ ...confirm, tried }, gone, moment)).toMatchObject({
      kind: 'ended',
      status,
      attempt: { attempts: 2 },
    });
  });

  it('was spurious when the list shows the binding', () => {
    expect(decideAttempt(confirm, bound, moment)).toMatchObject({ kind: 'going_on', attempt: { state: 'fresh' } });
  });
});

describe('a binding that was asked for', () => {
  const bind = attemptOf({ state: 'unanswered', tried: true, certainAt: NOW + 65_000 }, 999, 'bind');

  it.each([
    ['is there: it is bound', bound, moment, { kind: 'ended', status: 'bound' }],
    ['is not there yet: looked at again when it is certain', gone, moment, { attempt: { notBefore: NOW + 65_000 } }],
    ['is not there then: sent again', gone, later, { attempt: { state: 'fresh' } }],
  ])('%s', (_case, list, when, decision) => {
    expect(decideAttempt(bind, list, when)).toMatchObject(decision);
  });
});
