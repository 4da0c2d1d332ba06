import { expect, test } from '@jest/globals';
import {
  elementType,
  elementTypeName,
  hasPipelines,
  hasStages,
  tellsWhenClosed,
} from '../../../../lib/cleanup/rules/element-type.ts';

test.each([
  ['lead', 1, true, false, true],
  ['deal', 2, true, true, true],
  ['contact', 3, false, false, false],
  ['company', 4, false, false, false],
  ['quote', 7, true, false, false],
  ['smart_invoice', 31, true, true, true],
  ['dynamic_147', 147, true, true, true],
])('%s has the id %i; stages: %s, pipelines: %s, closing time: %s', (name, id, stages, pipelines, closed) => {
  expect(elementType.parse(name)).toBe(id);
  expect(elementTypeName(id)).toBe(name);
  expect([hasStages(id), hasPipelines(id), tellsWhenClosed(id)]).toEqual([stages, pipelines, closed]);
});

test.each(['order', 'invoice', 'dynamic_127', 'dynamic_x', ''])('%p is no type', (name) => {
  expect(elementType.safeParse(name).success).toBe(false);
});
