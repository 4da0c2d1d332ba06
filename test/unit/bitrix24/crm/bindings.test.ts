import { expect, test } from '@jest/globals';
import { bindingsOf, readBindings } from '../../../../lib/bitrix24/crm/bindings.ts';

test('the bindings of an activity are listed by its id', () => {
  expect(bindingsOf(999)).toEqual({ method: 'crm.activity.binding.list', params: { activityId: 999 } });
});

test.each([
  [[{ entityTypeId: 2, entityId: 456 }], [{ entityTypeId: 2, entityId: 456 }]],
  [[{ entityTypeId: '2', entityId: '456', more: 1 }], [{ entityTypeId: 2, entityId: 456 }]],
  [[{ entityTypeId: 0, entityId: 1 }, { entityTypeId: 2 }, null, 'x'], []],
  [[], []],
  [null, []],
])('%j is read as %j', (result, bindings) => {
  expect(readBindings(result)).toEqual(bindings);
});
