import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { textTable } from '../../../../lib/cli/terminal/text-table.ts';
import { outcomeColumns } from '../../../../lib/cli/unbind/outcome-columns.ts';
import type { Outcome } from '../../../../lib/jobs/outcome.ts';

const OUTCOME: Outcome = {
  id: 'sweep:20261124T030000Z/unbind/999/2:1',
  portal: 'acme.bitrix24.com',
  activityId: 999,
  entityTypeId: 2,
  entityId: 1,
  status: 'refused',
  code: 'LAST_BINDING_CANNOT_BE_DELETED',
  trigger: 'cleanup',
  cause: 'sweep:20261124T030000Z',
  attempts: 1,
  durationMs: 10,
  at: '2026-11-24T03:00:00.000Z',
};

test.each([160, 120, 80, 60, 40])('a code can be read and searched for in lines of %i characters', (width) => {
  const rows = [OUTCOME, { ...OUTCOME, code: null }];

  const table = stripVTControlCharacters(textTable(rows, outcomeColumns({ portals: true }), width));

  expect(table).toContain('LAST_BINDING_CANNOT_BE_DELETED');
  expect(Math.max(...table.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(width);
});
