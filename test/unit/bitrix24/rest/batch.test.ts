import { describe, expect, test } from '@jest/globals';
import { answersOf, batchOf } from '../../../../lib/bitrix24/rest/batch.ts';
import type { CommandAnswer, RequestFailure, RestAnswer, RestCall } from '../../../../lib/bitrix24/rest/rest-call.ts';

const deletion = (activityId: number): RestCall => ({
  method: 'crm.activity.binding.delete',
  params: { activityId, entityTypeId: 2, entityId: 1 },
});
const CALLS = [deletion(1), deletion(2), deletion(3)];
const NO_TIME = { operating: null, operatingResetAt: null };
const answered = (result: unknown): RestAnswer => ({ kind: 'result', result, next: null, total: null, time: NO_TIME });

describe('batchOf', () => {
  test('makes one command of each call, keyed in their order', () => {
    expect(batchOf(CALLS.slice(0, 2))).toEqual({
      method: 'batch',
      params: {
        halt: 0,
        cmd: {
          c0: 'crm.activity.binding.delete?activityId=1&entityTypeId=2&entityId=1',
          c1: 'crm.activity.binding.delete?activityId=2&entityTypeId=2&entityId=1',
        },
      },
    });
  });

  test('percent-encodes nested parameters once, with the brackets of PHP', () => {
    const call: RestCall = {
      method: 'crm.activity.list',
      params: {
        filter: { BINDINGS: [{ OWNER_TYPE_ID: 2, OWNER_ID: 123 }], '>ID': 0 },
        order: { ID: 'ASC' },
        select: ['ID', 'A&B=C%'],
        flag: true,
        none: null,
        empty: [],
        start: -1,
      },
    };

    const { cmd } = batchOf([call]).params as { cmd: { c0: string } };

    expect(cmd.c0).not.toMatch(/[[\]> ]/);
    expect([...new URLSearchParams(cmd.c0.replace('crm.activity.list?', ''))]).toEqual([
      ['filter[BINDINGS][0][OWNER_TYPE_ID]', '2'],
      ['filter[BINDINGS][0][OWNER_ID]', '123'],
      ['filter[>ID]', '0'],
      ['order[ID]', 'ASC'],
      ['select[0]', 'ID'],
      ['select[1]', 'A&B=C%'],
      ['flag', '1'],
      ['none', ''],
      ['start', '-1'],
    ]);
  });

  test('survives a text that was cut inside a character', () => {
    expect(() => batchOf([{ method: 'm', params: { text: 'cut \ud83d' } }])).not.toThrow();
  });

  test('has a bare method for a call without parameters', () => {
    expect(batchOf([{ method: 'profile', params: {} }]).params).toEqual({ halt: 0, cmd: { c0: 'profile' } });
  });

  test('takes 50 calls and not one more', () => {
    expect(() => batchOf(Array.from({ length: 50 }, (_, id) => deletion(id)))).not.toThrow();
    expect(() => batchOf(Array.from({ length: 51 }, (_, id) => deletion(id)))).toThrow(RangeError);
  });
});

function commandAnswers(answer: RestAnswer, calls = CALLS): readonly CommandAnswer[] {
  const asked = answersOf(answer, calls, 7);
  if (asked.kind === 'failed') throw new Error('the request failed');
  return asked.answers;
}

describe('answersOf', () => {
  test('gives each call its answer', () => {
    const answer = answered({
      result: { c0: true, c2: [{ ID: '1' }] },
      result_error: { c1: { error: 'BINDING_NOT_FOUND', error_description: 'No such binding' } },
      result_total: { c2: 120 },
      result_next: { c2: 50 },
      result_time: { c0: { operating: 0.2, operating_reset_at: 1_787_220_142 } },
    });

    expect(commandAnswers(answer)).toEqual([
      {
        kind: 'result',
        result: true,
        next: null,
        total: null,
        time: { operating: 0.2, operatingResetAt: 1_787_220_142_000 },
      },
      { kind: 'error', code: 'BINDING_NOT_FOUND', description: 'No such binding', status: null },
      { kind: 'result', result: [{ ID: '1' }], next: 50, total: 120, time: NO_TIME },
    ]);
  });

  test('reads empty maps, which arrive as lists', () => {
    const failed = { error: 'NOT_FOUND', error_description: '' };
    const allFailed = answered({ result: [], result_error: { c0: failed, c1: failed, c2: failed }, result_time: [] });
    const allDone = answered({
      result: { c0: true, c1: true, c2: true },
      result_error: [],
      result_total: [],
      result_next: [],
    });

    expect(commandAnswers(allFailed).map(({ kind }) => kind)).toEqual(['error', 'error', 'error']);
    expect(commandAnswers(allDone).map(({ kind }) => kind)).toEqual(['result', 'result', 'result']);
  });

  test('knows that a command in none of the maps was not carried out', () => {
    const answer = answered({ result: { c0: true }, result_error: [] });

    expect(commandAnswers(answer).slice(1)).toEqual([
      { kind: 'unsent', reason: 'absent' },
      { kind: 'unsent', reason: 'absent' },
    ]);
  });

  test('believes the error when a command is in both maps', () => {
    const both = answered({
      result: { c0: null },
      result_error: { c0: { error: 'NOT_FOUND', error_description: '' } },
    });

    expect(commandAnswers(both, [deletion(1)])).toMatchObject([{ kind: 'error', code: 'NOT_FOUND' }]);
  });

  test.each([null, false, 0, ''])('keeps the result %j', (result) => {
    const [first] = commandAnswers(answered({ result: { c0: result }, result_error: [] }), [deletion(1)]);

    expect(first).toMatchObject({ kind: 'result', result });
  });

  test.each([
    [{ error: 100, error_description: 'x' }, '100'],
    [{ error: '0', error_description: 'x' }, '0'],
    [{ error: '', error_description: 'Access denied.' }, ''],
    [{ error_description: 'x' }, ''],
    ['OPERATION_TIME_LIMIT', 'OPERATION_TIME_LIMIT'],
    [null, ''],
  ])('reads the error %j of a command', (error, code) => {
    const [first] = commandAnswers(answered({ result: [], result_error: { c0: error } }), [deletion(1)]);

    expect(first).toMatchObject({ kind: 'error', code, status: null });
  });

  test.each([
    null,
    true,
    [],
    'text',
    {},
    { result: true, result_error: [] },
    { result: [true, true], result_error: [] },
  ])('does not guess what the shape %j stands for', (result) => {
    expect(answersOf(answered(result), [deletion(1), deletion(2)], 7)).toMatchObject({
      kind: 'failed',
      failure: { kind: 'unanswered', begunBy: 7 },
    });
  });

  test.each<RequestFailure>([
    { kind: 'error', code: 'QUERY_LIMIT_EXCEEDED', description: '', status: 503 },
    { kind: 'unanswered', reason: 'ETIMEDOUT', status: null, begunBy: 5 },
    { kind: 'unsent', reason: 'ECONNREFUSED' },
  ])('gives no call what happened to the whole request: $kind', (answer) => {
    expect(answersOf(answer, CALLS, 7)).toEqual({ kind: 'failed', failure: answer });
  });
});
