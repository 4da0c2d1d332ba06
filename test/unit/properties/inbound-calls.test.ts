import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { elementName, parseElement } from '../../../lib/bitrix24/crm/parse-element.ts';
import { parseId } from '../../../lib/bitrix24/crm/parse-id.ts';
import { readEvent } from '../../../lib/bitrix24/inbound/inbound-event.ts';
import { readRobotCall } from '../../../lib/bitrix24/inbound/inbound-robot-call.ts';
import { robotProperties } from '../../../lib/bitrix24/inbound/robot-properties.ts';
import { form, value } from '../../support/properties/arbitraries.ts';
import { PROPERTY_SHAPES } from '../../support/properties/reader-shapes.ts';
import { growthOf, readerSteps } from '../../support/properties/reader-steps.ts';

/** A portal's call in which one thing after another is replaced by anything. */
const auth = fc.record(
  {
    member_id: fc.oneof(fc.constant('acme'), value, form),
    application_token: fc.oneof(fc.constant('token'), value, form),
    access_token: value,
    refresh_token: value,
    server_endpoint: value,
  },
  { requiredKeys: [] },
);
const EVENTS = [
  'ONCRMDEALUPDATE',
  'onCrmActivityAdd',
  'ONAPPINSTALL',
  'ONAPPUNINSTALL',
  'ONCRMDYNAMICITEMUPDATE_147',
  'ONCRMDEALMOVETOCATEGORY',
  'ONANYTHING',
];
const event = fc.record(
  {
    event: fc.oneof(fc.constantFrom(...EVENTS), value, form),
    data: fc.oneof(
      fc.record({
        FIELDS: fc.oneof(
          fc.record({ ID: fc.oneof(fc.nat().map(String), value, form), ENTITY_TYPE_ID: value }, { requiredKeys: [] }),
          form,
        ),
      }),
      form,
      value,
    ),
    auth: fc.oneof({ weight: 5, arbitrary: auth }, { weight: 1, arbitrary: form }, { weight: 1, arbitrary: value }),
  },
  { requiredKeys: [] },
);
const properties = fc.record(
  {
    activity_id: fc.oneof(
      value,
      form,
      fc.array(value).map((items) => Object.assign(Object.create(null), items)),
    ),
    element: fc.oneof(value, form, fc.constantFrom('deal:1', 'D_1', '2:12')),
    activity_types: fc.oneof(value, form, fc.constantFrom('call', 'email,meeting')),
    completed_only: fc.oneof(value, form, fc.constantFrom('Y', 'N')),
  },
  { requiredKeys: [] },
);
const robot = fc.record(
  {
    workflow_id: fc.oneof(fc.constant('6748c1d2a3b4c5.1'), value),
    code: fc.oneof(fc.constant('unbind_activity'), value),
    document_id: fc.oneof(fc.record({ 0: fc.constant('crm'), 2: fc.oneof(fc.constant('DEAL_1'), value) }), form, value),
    event_token: fc.oneof(fc.constant('w|a|r.s'), value),
    properties: fc.oneof(properties, form, value),
    timeout_duration: value,
    auth: fc.oneof({ weight: 5, arbitrary: auth }, { weight: 1, arbitrary: form }),
  },
  { requiredKeys: [] },
);

const isId = (id: unknown): boolean => Number.isSafeInteger(id) && Number(id) > 0;
const RUNS = { numRuns: 2000 };

describe('reading an event', () => {
  it('never throws, and lets through nothing but ids and names of the right form', () => {
    fc.assert(
      fc.property(fc.oneof(event, form), (given) => {
        const read = readEvent(given);
        if (read.kind === 'rejected') return expect(read.reason).toMatch(/^[\w[\]]+ is missing or malformed$/);
        expect(read.name).toMatch(/^[A-Z][A-Z0-9_]{0,63}$/);
        expect(read.auth.memberId).toMatch(/^[\w.-]{1,64}$/);
        if (read.change.kind === 'activity') expect(isId(read.change.activityId)).toBe(true);
        if (read.change.kind === 'element') expect(Object.values(read.change.element).every(isId)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('reading a robot’s call', () => {
  it('never throws, and lets through nothing that would break a log line or a name', () => {
    fc.assert(
      fc.property(fc.oneof(robot, form), (given) => {
        const read = readRobotCall(given);
        if (read.kind === 'rejected') return expect(read.reason.length).toBeLessThan(80);
        for (const text of [read.workflowId, read.code, read.eventToken]) expect(text).toMatch(/^[\x21-\x7e]+$/);
        if (read.document !== null) expect(Object.values(read.document).every(isId)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('reading a robot’s properties', () => {
  it('never throws, and never takes what it cannot read for all activities', () => {
    fc.assert(
      fc.property(fc.oneof(properties, form), (given) => {
        const read = robotProperties(given);
        if (read.kind === 'not_understood') return expect(read.notUnderstood.length).toBeLessThan(200);
        if (read.activities === 'all') return expect(lettersIn(Reflect.get(given, 'activity_id'))).toBe('');
        expect(read.activities.length).toBeGreaterThan(0);
        expect(read.activities.every(isId)).toBe(true);
      }),
      RUNS,
    );
  });

  const { properties: steps } = readerSteps();

  it.each(PROPERTY_SHAPES)('takes work in proportion to the number of %s', (name) => {
    expect(growthOf(steps[name])).toBeLessThan(1.1);
  });
});

describe('reading an element', () => {
  it('never throws, and gives ids only', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          value,
          fc.string(),
          fc.tuple(value, fc.constantFrom(':', '_'), value).map((parts) => parts.join('')),
        ),
        (text) => {
          const element = parseElement(text);
          if (element !== null) expect(Object.values(element).every(isId)).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it('accepts no letter or digit outside ASCII', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('deal', 'si', 'smart_invoice', 'lead', 'd', 'T93', 'dynamic_147', 'i', '2'),
        fc.nat(20),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
        (name, at, sign) => {
          const text = `${name.slice(0, at % name.length)}${sign}${name.slice((at % name.length) + 1)}:1`;
          if (/[^\x20-\x7e]/.test(text.trim())) expect(parseElement(text)).toBeNull();
        },
      ),
      {
        numRuns: 2000,
        examples: [
          ['si', 0, 'ſ'],
          ['i', 0, 'ı'],
          ['smart_invoice', 0, 'ſ'],
          ['dynamic_147', 1, 'Y'],
        ],
      },
    );
  });

  it('understands every name that it writes itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        (entityTypeId, entityId) => {
          const id = parseId(entityId);
          if (id !== null)
            expect(parseElement(elementName({ entityTypeId, entityId }))).toEqual({ entityTypeId, entityId });
        },
      ),
      RUNS,
    );
  });
});

/** What is left of a value without separators, quotes and brackets. */
function lettersIn(given: unknown): string {
  if (typeof given === 'string') return given.replaceAll(/[\s,;"'[\]]/g, '');
  return typeof given === 'object' && given !== null ? Object.values(given).map(lettersIn).join('') : '';
}
