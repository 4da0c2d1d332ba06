import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type CliStage, openCliStage } from '../../support/stage/cli-stage.ts';

const SINCE = Date.parse('2026-11-24T06:00:00Z');
const SINCE_TEXT = '2026-11-24T06:00:00.000Z';
const STOP = { code: 'INSUFFICIENT_SCOPE', since: SINCE, probeAt: SINCE + 900_000, probes: 0 };
const TROUBLES = [
  { method: null, code: 'UNREADABLE_ANSWER', since: SINCE_TEXT },
  { method: 'bizproc.event.send', code: 'INSUFFICIENT_SCOPE', since: SINCE_TEXT },
];

let stage: CliStage;
beforeAll(async () => {
  stage = await openCliStage();
  await stage.addWebhook('ailing');
});
beforeEach(async () => {
  const { portals } = stage.stack.stores;
  stage.portal.clearFaults();
  const trouble = { code: 'UNREADABLE_ANSWER', since: SINCE, tries: 3, alarmed: false };
  await portals.setTrouble('ailing', { trouble, stoppedMethods: { 'bizproc.event.send': STOP } });
});
afterAll(() => stage.close());

describe('a portal in trouble', () => {
  test('is listed with since when and why, and what to do', async () => {
    const { records, stderr } = await stage.cli(['portal', 'list']);

    expect(records).toContainEqual(expect.objectContaining({ portal: 'ailing', state: 'active', troubles: TROUBLES }));
    expect(stderr).toContain(`in trouble since ${SINCE_TEXT}: UNREADABLE_ANSWER; the portal answers something that is`);
    expect(stderr).toContain('bizproc.event.send is stopped since');
  });

  test('is named by the doctor, with its stopped methods', async () => {
    const { code, records } = await stage.cli(['doctor']);

    expect(code).toBe(1);
    expect(records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ portal: 'ailing', problem: 'IN_TROUBLE' }),
        expect.objectContaining({ portal: 'ailing', problem: 'METHOD_STOPPED' }),
      ]),
    );
  });

  test('that answers a check is served again at once, every method included', async () => {
    const { code, records } = await stage.cli(['portal', 'check', 'ailing']);

    expect({ code, records }).toMatchObject({
      code: 0,
      records: [{ works: true, restarted: true, troubles: TROUBLES }],
    });
    const state = await stage.stack.stores.portals.read('ailing');
    expect([state?.trouble, state?.stoppedMethods]).toEqual([undefined, undefined]);
  });

  test.each([
    ['<b>Warning</b>: Cannot modify header\n{"result":true}', 200, 'something that is not JSON'],
    ['<html>Forbidden</html>', 403, 'something that is not JSON'],
  ])('is said by a check to answer %j', async (body, status, text) => {
    stage.portal.script({ times: 5, kind: { status, body } });

    const { code, records, stderr } = await stage.cli(['portal', 'check', 'ailing']);

    expect({ code, records }).toMatchObject({ code: 1, records: [{ works: false, code: 'UNREADABLE_ANSWER' }] });
    expect(stderr).toContain(text);
    expect((await stage.stack.stores.portals.read('ailing'))?.trouble?.since).toBe(SINCE);
  });

  test('that redirects to a page of its own is said to be without REST', async () => {
    stage.portal.script({ times: 5, kind: { status: 302, body: '', location: '/bitrix/coupon_activation.php' } });

    const { records, stderr } = await stage.cli(['portal', 'check', 'ailing']);

    expect(records).toMatchObject([{ works: false, code: 'REST_UNAVAILABLE' }]);
    expect(stderr).toContain('licence');
  });
});
