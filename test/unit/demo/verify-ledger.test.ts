import { expect, test } from '@jest/globals';
import { type AppliedChange, verifyLedger } from '../../../lib/demo/verify-ledger.ts';
import type { Outcome, Status } from '../../../lib/jobs/outcome.ts';

const applied = (kind: string, activityId: number, entityId = 1): AppliedChange => ({
  kind,
  data: { activityId, entityTypeId: 2, entityId },
});

const outcome = (status: Status, activityId: number, id = `job/unbind/${activityId}/2:1`): Outcome => ({
  id,
  portal: 'demo',
  activityId,
  entityTypeId: 2,
  entityId: 1,
  status,
  code: null,
  trigger: 'robot',
  cause: 'workflow',
  attempts: 1,
  durationMs: 3,
  at: '2026-11-24T06:00:00.000Z',
});

test('agrees when each unbound is one removal, and there are no others', () => {
  const changes = [applied('binding_removed', 999), applied('workflow_answered', 0), applied('binding_removed', 1000)];
  const outcomes = [
    outcome('unbound', 1000),
    outcome('refused', 1001),
    outcome('already_unbound', 999, 'later'),
    outcome('unbound', 999),
  ];

  expect(verifyLedger(changes, outcomes)).toEqual([]);
});

test('agrees with an undone removal that was removed again', () => {
  const changes = [applied('binding_removed', 999), applied('binding_added', 999), applied('binding_removed', 999)];
  const outcomes = [outcome('unbound', 999, 'one'), outcome('bound', 999, 'two'), outcome('unbound', 999, 'three')];

  expect(verifyLedger(changes, outcomes)).toEqual([]);
});

test.each<[string, AppliedChange[], Outcome[], string]>([
  [
    'a removal that no record tells of',
    [applied('binding_removed', 999)],
    [],
    'activity 999 and deal:1: the portal removed it once, the records say unbound 0 times.',
  ],
  [
    'a removal that is recorded as already gone',
    [applied('binding_removed', 999)],
    [outcome('already_unbound', 999)],
    'activity 999 and deal:1: the portal removed it once, the records say unbound 0 times.',
  ],
  [
    'a record of a removal that never was',
    [],
    [outcome('unbound', 999)],
    'activity 999 and deal:1: the portal removed it 0 times, the records say unbound once.',
  ],
  [
    'a removal that is recorded twice',
    [applied('binding_removed', 999)],
    [outcome('unbound', 999, 'one'), outcome('unbound', 999, 'two')],
    'activity 999 and deal:1: the portal removed it once, the records say unbound 2 times.',
  ],
  [
    'a binding that came back by itself',
    [applied('binding_added', 999)],
    [],
    'activity 999 and deal:1: the portal added it once, the records say bound 0 times.',
  ],
  [
    'an activity that was deleted',
    [{ kind: 'activity_deleted', data: { activityId: 999 } }],
    [],
    'The portal deleted activity 999, which nobody asked for.',
  ],
])('names %s', (_, changes, outcomes, problem) => {
  expect(verifyLedger(changes, outcomes)).toEqual([problem]);
});

test('tells removals of different elements apart', () => {
  const problems = verifyLedger([applied('binding_removed', 999, 7)], [outcome('unbound', 999)]);

  expect(problems).toHaveLength(2);
});
