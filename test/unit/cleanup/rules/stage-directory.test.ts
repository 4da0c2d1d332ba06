import { describe, expect, it, test } from '@jest/globals';
import { ruleSchema } from '../../../../lib/cleanup/rules/rule.ts';
import { directoryOf, needsDirectory, StageDirectories } from '../../../../lib/cleanup/rules/stage-directory.ts';
import type { Read } from '../../../../lib/jobs/planner.ts';

const rule = (element: string, when: object = {}) => ruleSchema.parse({ name: 'r', element, when });

test.each([
  ['quote', { stage: 'failed' }, true],
  ['dynamic_147', { stage: 'success' }, true],
  ['deal', { stage: 'failed' }, false],
  ['lead', { stage: 'failed' }, false],
  ['quote', { missing: true }, false],
])('a rule on %s with %j needs the directory: %s', (element, when, needed) => {
  expect(needsDirectory(rule(element, when))).toBe(needed);
});

describe('a directory', () => {
  const directory = directoryOf([
    { ENTITY_ID: 'QUOTE_STATUS', STATUS_ID: 'DRAFT' },
    { ENTITY_ID: 'QUOTE_STATUS', STATUS_ID: 'APPROVED', SEMANTICS: 'S' },
    { ENTITY_ID: 'QUOTE_STATUS', STATUS_ID: 'DECLINED', SEMANTICS: 'F' },
    { ENTITY_ID: 'STATUS', STATUS_ID: 'JUNK', EXTRA: { SEMANTICS: 'apology' } },
    { ENTITY_ID: 'DEAL_STAGE', STATUS_ID: 'WON', EXTRA: { SEMANTICS: 'success' } },
    { ENTITY_ID: 'DEAL_STAGE_5', STATUS_ID: 'C5:LOSE', EXTRA: { SEMANTICS: 'failure' } },
    { ENTITY_ID: 'SMART_INVOICE_STAGE_2', STATUS_ID: 'DT31_2:P', SEMANTICS: 'S' },
    { ENTITY_ID: 'DYNAMIC_147_STAGE_9', STATUS_ID: 'DT147_9:FAIL', SEMANTICS: 'F' },
    { ENTITY_ID: 'CONTACT_TYPE', STATUS_ID: 'CLIENT', SEMANTICS: 'S' },
  ]);

  it.each([
    [7, 'DRAFT', 'process'],
    [7, 'APPROVED', 'success'],
    [7, 'DECLINED', 'failed'],
    [7, 'UNKNOWN', null],
    [1, 'JUNK', 'failed'],
    [2, 'WON', 'success'],
    [2, 'C5:LOSE', 'failed'],
    [31, 'DT31_2:P', 'success'],
    [147, 'DT147_9:FAIL', 'failed'],
    [148, 'DT147_9:FAIL', null],
  ])('tells that for type %i the code %s means %s', (typeId, code, stage) => {
    expect(directory.stageOf(typeId)(code)).toBe(stage);
  });

  it('lists the codes of stages, in all pipelines', () => {
    expect(directory.codesOf(7, ['success', 'failed'])).toEqual(['APPROVED', 'DECLINED']);
    expect(directory.codesOf(2, ['success', 'failed'])).toEqual(['WON', 'C5:LOSE']);
    expect(directory.codesOf(147, ['success'])).toEqual([]);
  });

  it('of an answer that is no list is empty', () => {
    expect(directoryOf({}).codesOf(7, ['process'])).toEqual([]);
  });
});

describe('the directory of a portal', () => {
  const rules = [rule('quote', { stage: 'failed' })];

  function reads(read: () => Read) {
    let [now, asked] = [0, 0];
    const directories = new StageDirectories({ now: () => now, sleep: () => Promise.resolve() });
    const ask = async () => {
      asked += 1;
      return read();
    };
    return {
      of: (portal: string, own = rules) => directories.of(portal, own, ask),
      wait: (ms: number) => {
        now += ms;
      },
      asked: () => asked,
    };
  }

  it('is read once in ten minutes, for each portal', async () => {
    const portal = reads(() => ({ ok: true, result: [] }));

    await Promise.all([portal.of('a'), portal.of('a')]);
    portal.wait(599_999);
    await portal.of('a');
    expect(portal.asked()).toBe(1);

    portal.wait(1);
    await portal.of('a');
    await portal.of('b');
    expect(portal.asked()).toBe(3);
  });

  it('is not read if no rule needs it', async () => {
    const portal = reads(() => ({ ok: true, result: [] }));

    await portal.of('a', [rule('deal', { stage: 'failed' })]);

    expect(portal.asked()).toBe(0);
  });

  it('is read again after a refusal', async () => {
    const portal = reads(() => ({ ok: false, code: 'ACCESS_DENIED' }));

    expect(await portal.of('a')).toMatchObject({ refusal: 'ACCESS_DENIED' });
    await portal.of('a');

    expect(portal.asked()).toBe(2);
  });

  it('is read again after an error', async () => {
    const portal = reads(() => {
      throw new Error('no answer');
    });

    await expect(portal.of('a')).rejects.toThrow('no answer');
    await expect(portal.of('a')).rejects.toThrow('no answer');

    expect(portal.asked()).toBe(2);
  });
});
