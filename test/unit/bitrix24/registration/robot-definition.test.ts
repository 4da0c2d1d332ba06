import { describe, expect, test } from '@jest/globals';
import { EVENT_NAMES } from '../../../../lib/bitrix24/registration/event-names.ts';
import { robotDefinition, robotUpdate } from '../../../../lib/bitrix24/registration/robot-definition.ts';

const HANDLER = 'https://unbind.example.com/robot';
const TYPES = ['bool', 'date', 'datetime', 'double', 'file', 'int', 'select', 'string', 'text', 'user'];

describe('the robot', () => {
  test('waits for its answer, and takes every CRM document', () => {
    expect(robotDefinition(HANDLER)).toMatchObject({
      CODE: 'unbind_activity',
      HANDLER,
      USE_SUBSCRIPTION: 'Y',
      FILTER: { INCLUDE: [['crm']] },
    });
  });

  test('speaks English, Russian and German', () => {
    const { NAME, DESCRIPTION } = robotDefinition(HANDLER);

    expect(Object.keys(Object(NAME))).toEqual(['en', 'ru', 'de']);
    expect(Object.keys(Object(DESCRIPTION))).toEqual(['en', 'ru', 'de']);
  });

  test.each([
    ['PROPERTIES', ['activity_id', 'element', 'activity_types', 'completed_only']],
    ['RETURN_PROPERTIES', ['status', 'unbound', 'refused', 'error_code', 'details']],
  ])('has %s that Bitrix24 accepts', (group, names) => {
    const properties: { [name: string]: { Type: string; Name: object } } = Object(robotDefinition(HANDLER)[group]);

    expect(Object.keys(properties)).toEqual(names);
    for (const [name, property] of Object.entries(properties)) {
      expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
      expect(TYPES).toContain(property.Type);
      expect(Object.keys(property.Name)).toEqual(['en', 'ru', 'de']);
    }
  });

  test('is updated with everything except its code', () => {
    const { CODE, ...fields } = robotDefinition(HANDLER);

    expect(robotUpdate(HANDLER)).toEqual({ CODE, FIELDS: fields });
  });
});

test('the subscription names each event once, in upper case', () => {
  expect(new Set(EVENT_NAMES).size).toBe(EVENT_NAMES.length);
  expect(EVENT_NAMES.every((name) => /^ON[A-Z]+$/.test(name))).toBe(true);
});
