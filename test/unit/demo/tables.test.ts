import { expect, test } from '@jest/globals';
import type { ActivityView } from '../../../lib/demo/portal-view.ts';
import { comparisonTable, type Paint } from '../../../lib/demo/tables.ts';

const plain: Paint = (_, text) => text;

const activity = (id: number, bindings: readonly string[]): ActivityView => ({
  id,
  kind: 'call',
  subject: 'Anna',
  completed: true,
  bindings,
});

test('the comparison marks what has changed, with its trigger', () => {
  const before = [activity(999, ['2:1', '3:5']), activity(1000, ['147:1'])];
  const after = [activity(999, ['3:5']), activity(1000, ['147:1'])];
  const unbound = {
    id: 'x',
    portal: 'demo',
    activityId: 999,
    entityTypeId: 2,
    entityId: 1,
    status: 'unbound',
    code: null,
    trigger: 'robot',
    cause: 'workflow',
    attempts: 1,
    durationMs: 3,
    at: '2026-11-24T06:00:00.000Z',
  } as const;

  expect(comparisonTable(before, after, [unbound], plain).split('\n')).toEqual([
    '     ID  ACTIVITY    BEFORE            AFTER      BY',
    '*   999  call: Anna  deal:1 contact:5  contact:5  robot',
    '   1000  call: Anna  dynamic_147:1     the same',
  ]);
});
