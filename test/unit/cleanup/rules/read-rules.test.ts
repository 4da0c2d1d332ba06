import { describe, expect, it } from '@jest/globals';
import { readRules } from '../../../../lib/cleanup/rules/read-rules.ts';

const TYPES = 'lead, deal, contact, company, quote, smart_invoice or dynamic_<type id>';
const read = (...rules: readonly unknown[]) => readRules(JSON.stringify(rules));
const problemsOf = (...rules: readonly unknown[]): readonly string[] => {
  const reading = read(...rules);
  return reading.kind === 'rejected' ? reading.problems : [];
};

describe('a rule', () => {
  it('is read with every condition there is', () => {
    const when = {
      stage: ['success', 'failed'],
      pipelines: { exclude: [3] },
      closedForDays: 14,
      responsible: { include: [7] },
      alsoBoundTo: ['contact', 'dynamic_147'],
    };
    const activities = {
      completed: false,
      types: ['call', 'CRM_TODO'],
      olderThanDays: 30,
      responsible: { exclude: [1] },
    };

    const reading = read({ name: 'all', description: 'Everything', element: 'dynamic_1032', when, activities });

    expect(reading).toEqual({
      kind: 'rules',
      rules: [
        {
          name: 'all',
          description: 'Everything',
          enabled: true,
          element: 1032,
          when: { ...when, alsoBoundTo: [3, 147] },
          activities,
        },
      ],
    });
  });

  it('needs no more than a name and a type', () => {
    expect(read({ name: 'r', element: 'deal' })).toMatchObject({
      kind: 'rules',
      rules: [{ enabled: true, element: 2 }],
    });
  });

  it.each([
    [{ element: 'deal' }, 'Rule number 1, field "name": must be 1 to 64 letters, digits, "-" or "_"'],
    [{ name: 'a b', element: 'deal' }, 'Rule "a b", field "name": must be 1 to 64 letters, digits, "-" or "_"'],
    [{ name: 'r' }, `Rule "r", field "element": must be ${TYPES}`],
    [{ name: 'r', element: 'order' }, `Rule "r", field "element": must be ${TYPES}`],
    [{ name: 'r', element: 'deal', enabled: 'yes' }, 'Rule "r", field "enabled": must be true or false'],
    [
      { name: 'r', element: 'deal', when: { stage: 'LOSE' } },
      'Rule "r", field "when.stage": must be process, success, failed, or a list of them',
    ],
    [
      { name: 'r', element: 'deal', when: { stage: [] } },
      'Rule "r", field "when.stage": must be process, success, failed, or a list of them',
    ],
    [
      { name: 'r', element: 'deal', when: { pipelines: { include: [0], exclude: [1] } } },
      'Rule "r", field "when.pipelines": must be {"include": [id, …]} or {"exclude": [id, …]}, with at least one id; ids are numbers without quotes',
    ],
    [
      { name: 'r', element: 'deal', when: { responsible: { include: ['7'] } } },
      'Rule "r", field "when.responsible": must be {"include": [id, …]} or {"exclude": [id, …]}, with at least one id; ids are numbers without quotes',
    ],
    [
      { name: 'r', element: 'deal', when: { alsoBoundTo: ['deal', 'cow'] } },
      `Rule "r", field "when.alsoBoundTo": must be a list of ${TYPES}`,
    ],
    [
      { name: 'r', element: 'deal', activities: { olderThanDays: -1 } },
      'Rule "r", field "activities.olderThanDays": must be a number of days from 0 to 36500, without quotes',
    ],
    [
      { name: 'r', element: 'deal', activities: { olderThanDays: 300_000_000 } },
      'Rule "r", field "activities.olderThanDays": must be a number of days from 0 to 36500, without quotes',
    ],
    [
      { name: 'r', element: 'deal', when: { stage: 'failed', closedForDays: 36_501 } },
      'Rule "r", field "when.closedForDays": must be a number of days from 0 to 36500, without quotes',
    ],
    [
      { name: 'r', element: 'deal', activities: { types: 'email' } },
      'Rule "r", field "activities.types": must be a list of call, email, meeting, todo, task or provider ids, each in quotes',
    ],
    [
      { name: 'r', element: 'deal', activities: { older: 3 } },
      'Rule "r", field "activities.older": is not known; "activities" must be an object of "completed", "types", "olderThanDays", "responsible"',
    ],
    [
      { name: 'r', element: 'contact', when: { stage: 'failed' } },
      'Rule "r", field "when.stage": a contact has no stages',
    ],
    [
      { name: 'r', element: 'lead', when: { pipelines: { include: [1] } } },
      'Rule "r", field "when.pipelines": a lead has no pipelines; deal, smart_invoice and dynamic_<type id> have',
    ],
    [
      { name: 'r', element: 'quote', when: { closedForDays: 3, stage: 'failed' } },
      'Rule "r", field "when.closedForDays": Bitrix24 does not say when a quote was closed',
    ],
    [
      { name: 'r', element: 'deal', when: { closedForDays: 3, stage: 'process' } },
      'Rule "r", field "when.closedForDays": needs "stage" to be success, failed, or both',
    ],
    [
      { name: 'r', element: 'quote', when: { missing: true, stage: 'failed' } },
      'Rule "r", field "when.missing": an element that is missing has no stage, pipeline, closing or responsible user',
    ],
  ])('%j is rejected with what is accepted', (rule, problem) => {
    expect(problemsOf(rule)).toEqual([problem]);
  });
});

describe('a list of rules', () => {
  it('reports all of its problems at once', () => {
    expect(problemsOf({ name: 'a', element: 'x' }, { name: 'b', element: 'deal', enabled: 1 }, 7)).toHaveLength(3);
  });

  it('gives each rule a name of its own', () => {
    const rule = { name: 'r', element: 'deal' };

    expect(problemsOf(rule, rule)).toEqual(['Two rules are named "r". Give each rule a name of its own.']);
  });

  it.each(['{', '{"name": "r"}', '"rules"'])('is not %s', (text) => {
    expect(readRules(text)).toMatchObject({ kind: 'rejected', problems: [expect.stringContaining('list')] });
  });
});
