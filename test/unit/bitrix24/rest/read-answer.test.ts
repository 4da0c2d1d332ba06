import { describe, expect, test } from '@jest/globals';
import { readAnswer, timeOf } from '../../../../lib/bitrix24/rest/read-answer.ts';

const CALLED = { url: 'https://portal.example.com/rest/batch', location: null, begunBy: 7 };

const read = (status: number, body: unknown, location: string | null = null) =>
  readAnswer({ ...CALLED, status, text: typeof body === 'string' ? body : JSON.stringify(body), location });

describe('readAnswer', () => {
  test('reads a success with its page and its time', () => {
    expect(read(200, { result: [1], next: 50, total: 120, time: { operating: 0.5 } })).toEqual({
      kind: 'result',
      result: [1],
      next: 50,
      total: 120,
      time: { operating: 0.5, operatingResetAt: null },
    });
  });

  test.each([
    [400, { error: 'NOT_FOUND', error_description: 'x' }, 'NOT_FOUND'],
    [200, { error: 'wrong_client', result: true }, 'wrong_client'],
    [400, { error: 100 }, '100'],
    [400, { error: '' }, ''],
    [400, { error: { code: 'BITRIX_REST_V3' } }, 'BITRIX_REST_V3'],
    [400, { error: 'a text with who knows what in it' }, 'UNREADABLE_CODE'],
  ])('takes status %d with %j for an error', (status, body, code) => {
    expect(read(status, body)).toMatchObject({ kind: 'error', code, status });
  });

  test.each([
    [200, '', 'empty answer'],
    [200, '<html>', 'unreadable answer'],
    [408, '', 'empty answer'],
    [500, '<html>', 'unreadable answer'],
    [504, '', 'empty answer'],
    [400, '', 'empty answer'],
    [401, '<html>', 'unreadable answer'],
    [403, '<html>', 'unreadable answer'],
    [404, '<html>', 'unreadable answer'],
    [413, 'too large', 'unreadable answer'],
    [451, '<html>', 'unreadable answer'],
    [200, '<b>Warning</b>: x\n{"result":true}', 'unreadable answer'],
  ])('leaves open what happened after status %d with %j', (status, body, reason) => {
    expect(read(status, body)).toEqual({ kind: 'unanswered', reason, status, begunBy: 7 });
  });

  test.each([
    [503, '<html>'],
    [429, ''],
  ])('knows that with status %d and %j nothing was carried out', (status, body) => {
    expect(read(status, body)).toEqual({ kind: 'unsent', reason: `status ${status}`, status });
  });

  test('drops a byte order mark', () => {
    expect(read(200, '\uFEFF{"result":true}')).toMatchObject({ kind: 'result', result: true });
  });

  test.each([
    ['https://renamed.example.com/rest/batch', 'PORTAL_MOVED'],
    ['https://portal.example.com:8443/rest/batch', 'PORTAL_MOVED'],
    ['/bitrix/coupon_activation.php', 'REST_UNAVAILABLE'],
    ['https://portal.example.com/auth/', 'REST_UNAVAILABLE'],
    ['https://PORTAL.example.com/rest/batch', 'REST_UNAVAILABLE'],
    ['http://[', 'REST_UNAVAILABLE'],
    [null, 'REST_UNAVAILABLE'],
  ])('takes a redirect to %s for %s', (location, code) => {
    expect(read(302, 'moved', location)).toEqual({ kind: 'error', code, description: '', status: 302 });
  });

  test('keeps 500 characters of a description', () => {
    const answer = read(400, { error: 'X', error_description: 'd'.repeat(501) });

    expect(answer).toMatchObject({ description: 'd'.repeat(500) });
  });
});

describe('timeOf', () => {
  test.each([
    [{ operating: 3.5, operating_reset_at: 1787220142 }, 3.5, 1_787_220_142_000],
    [{ operating: '3.5', operating_reset_at: '1787220142' }, 3.5, 1_787_220_142_000],
    [{ operating_reset_at: '2026-08-20T12:00:00Z' }, null, Date.parse('2026-08-20T12:00:00Z')],
    [{ operating: null, operating_reset_at: 'soon' }, null, null],
    ['no object', null, null],
  ])('reads %j leniently', (time, operating, operatingResetAt) => {
    expect(timeOf(time)).toEqual({ operating, operatingResetAt });
  });
});
