import { describe, expect, it } from '@jest/globals';
import { signEventToken } from '../../../../lib/simulator/outbound/event-token.ts';
import { admin, employee, NOW, portalFixture, webhook } from '../../../support/simulator/portal-fixture.ts';

const ROBOT = {
  CODE: 'unbind_activity',
  HANDLER: 'https://app.example/robot',
  NAME: { en: 'Unbind activities' },
  USE_SUBSCRIPTION: 'Y',
  PROPERTIES: { activity_id: { Name: 'Activity', Type: 'int', Multiple: 'Y' } },
  RETURN_PROPERTIES: { status: { Name: 'Status' }, error_code: { Name: 'Error' } },
};

describe('bizproc.robot.*', () => {
  it('registers, lists, updates and deletes a robot', async () => {
    const portal = portalFixture();

    expect(await portal.call('bizproc.robot.add', ROBOT)).toBe(true);
    expect(await portal.call('bizproc.robot.list')).toEqual(['unbind_activity']);
    expect(
      await portal.call('bizproc.robot.update', {
        code: 'unbind_activity',
        fields: { handler: 'http://127.0.0.1:1/' },
      }),
    ).toBe(true);
    expect(portal.crm.robots[0]).toMatchObject({ handler: 'http://127.0.0.1:1/', useSubscription: 'Y' });
    expect(await portal.call('bizproc.robot.delete', { CODE: 'unbind_activity' })).toBe(true);
    expect(await portal.call('bizproc.robot.list')).toEqual([]);
  });

  it.each([
    ['an empty code', { CODE: '' }, 'ERROR_ACTIVITY_VALIDATION_FAILURE', 'Empty activity code!'],
    ['a wrong code', { CODE: 'a b' }, 'ERROR_ACTIVITY_VALIDATION_FAILURE', 'Wrong activity code!'],
    ['a host without a dot', { HANDLER: 'https://localhost/robot' }, 'ERROR_WRONG_HANDLER_URL', 'Wrong handler URL'],
    [
      'another scheme',
      { HANDLER: 'ftp://app.example/' },
      'ERROR_UNSUPPORTED_PROTOCOL',
      'Unsupported event handler protocol',
    ],
    ['an empty name', { NAME: '' }, 'ERROR_ACTIVITY_VALIDATION_FAILURE', 'Empty activity NAME!'],
    ['properties that are none', { PROPERTIES: 'x' }, 'ERROR_ACTIVITY_VALIDATION_FAILURE', 'Wrong properties array!'],
    [
      'a wrong property key',
      { PROPERTIES: { '1a': { Name: 'x' } } },
      'ERROR_ACTIVITY_VALIDATION_FAILURE',
      'Wrong property key (1a)!',
    ],
    [
      'a property without a name',
      { RETURN_PROPERTIES: { a: {} } },
      'ERROR_ACTIVITY_VALIDATION_FAILURE',
      'Empty property NAME (a)!',
    ],
    [
      'a wrong document type',
      { DOCUMENT_TYPE: ['crm'] },
      'ERROR_ACTIVITY_VALIDATION_FAILURE',
      'Wrong activity DOCUMENT_TYPE!',
    ],
    ['a wrong filter', { FILTER: 'x' }, 'ERROR_ACTIVITY_VALIDATION_FAILURE', 'Wrong activity FILTER!'],
  ])('refuses %s', async (_, change, code, description) => {
    const refusal = await portalFixture().refusal('bizproc.robot.add', { ...ROBOT, ...change });

    expect([refusal.code, refusal.message, refusal.status]).toEqual([code, description, 400]);
  });

  it('refuses a code that this application has installed', async () => {
    const portal = portalFixture();
    await portal.call('bizproc.robot.add', ROBOT);

    expect((await portal.refusal('bizproc.robot.add', ROBOT)).code).toBe('ERROR_ACTIVITY_ALREADY_INSTALLED');
    expect(await portal.call('bizproc.robot.add', ROBOT, { ...admin(), clientId: 'local.other' })).toBe(true);
  });

  it.each(['add', 'update', 'delete', 'list'])(
    '%s wants the application first, then an administrator',
    async (verb) => {
      const portal = portalFixture();
      const [hook, user] = [
        await portal.refusal(`bizproc.robot.${verb}`, ROBOT, { ...webhook(), isAdmin: false }),
        await portal.refusal(`bizproc.robot.${verb}`, ROBOT, employee()),
      ];

      expect([hook.code, hook.message, hook.status]).toEqual(['ACCESS_DENIED', 'Application context required', 403]);
      expect([user.code, user.message, user.status]).toEqual(['ACCESS_DENIED', 'Access denied!', 403]);
    },
  );

  it('refuses an unknown code, and an update without fields', async () => {
    const portal = portalFixture();
    await portal.call('bizproc.robot.add', ROBOT);

    const missing = await portal.refusal('bizproc.robot.update', { CODE: 'x', FIELDS: { NAME: 'x' } });
    const gone = await portal.refusal('bizproc.robot.delete', { CODE: 'x' });
    const empty = await portal.refusal('bizproc.robot.update', { CODE: 'unbind_activity', FIELDS: { CODE: 'y' } });

    expect([missing.code, gone.code]).toEqual(['ERROR_ACTIVITY_NOT_FOUND', 'ERROR_ACTIVITY_NOT_FOUND']);
    expect([empty.code, empty.message]).toEqual(['ERROR_ACTIVITY_VALIDATION_FAILURE', 'No fields to update']);
  });
});

describe('bizproc.event.send', () => {
  const waiting = (more: object = {}): ReturnType<typeof portalFixture> =>
    portalFixture({
      secret: 's',
      robots: [
        {
          clientId: 'local.app',
          code: 'unbind_activity',
          handler: 'https://app.example/',
          returnProperties: ROBOT.RETURN_PROPERTIES,
        },
      ],
      workflows: [
        {
          id: 'w.1',
          code: 'unbind_activity',
          documentId: ['crm', 'CCrmDocumentDeal', 'DEAL_1'],
          eventId: 'e',
          startedAt: NOW,
          timeoutDuration: 60,
        },
      ],
      ...more,
    });
  const EVENT_TOKEN = signEventToken('s', { workflowId: 'w.1', activityName: 'A1', eventId: 'e' });

  it('lets the workflow continue after the answer, with values under the registered names', async () => {
    const portal = waiting();
    const params = { EVENT_TOKEN, RETURN_VALUES: { STATUS: 'unbound', other: 1 }, LOG_MESSAGE: 'done' };

    expect(await portal.call('bizproc.event.send', params, employee())).toBe(true);

    expect(portal.crm.workflows.get('w.1')).toMatchObject({ state: 'answered', returnValues: { status: 'unbound' } });
    expect(portal.changes).toEqual([
      { kind: 'workflow_answered', data: { workflowId: 'w.1', values: { status: 'unbound' }, logMessage: 'done' } },
    ]);
  });

  it('answers true to a used token, and changes nothing', async () => {
    const portal = waiting();
    await portal.call('bizproc.event.send', { EVENT_TOKEN, RETURN_VALUES: { status: 'first' } });

    expect(await portal.call('bizproc.event.send', { EVENT_TOKEN, RETURN_VALUES: { status: 'second' } })).toBe(true);

    expect(portal.crm.workflows.get('w.1')).toMatchObject({ returnValues: { status: 'first' }, answers: 2 });
    expect(portal.changes.map(({ kind }) => kind)).toEqual(['workflow_answered', 'other']);
  });

  it('counts only the first of two simultaneous answers', async () => {
    const portal = waiting();

    await Promise.all(
      ['a', 'b'].map((status) => portal.call('bizproc.event.send', { EVENT_TOKEN, RETURN_VALUES: { status } })),
    );

    expect(portal.crm.workflows.get('w.1')).toMatchObject({ returnValues: { status: 'a' }, answers: 2 });
  });

  it('ignores an answer after the time-out: the workflow continued with IsTimeout', async () => {
    const portal = waiting();
    portal.clock.time += 60_000;

    expect(await portal.call('bizproc.event.send', { EVENT_TOKEN, RETURN_VALUES: { status: 'late' } })).toBe(true);

    expect(portal.crm.workflows.get('w.1')).toMatchObject({ state: 'timed_out', returnValues: { IsTimeout: 1 } });
  });

  it('does not take the token of another execution for this one', async () => {
    const portal = waiting();
    const other = signEventToken('s', { workflowId: 'w.1', activityName: 'A1', eventId: 'f' });

    expect(await portal.call('bizproc.event.send', { EVENT_TOKEN: other })).toBe(true);

    expect(portal.crm.workflows.get('w.1')?.state).toBe('waiting');
  });

  it.each([[`${EVENT_TOKEN}0`], [EVENT_TOKEN.replace('w.1', 'w.2')], ['nonsense'], [undefined]])(
    'refuses a token that this portal has not signed: %s',
    async (token) => {
      const refusal = await waiting().refusal('bizproc.event.send', { EVENT_TOKEN: token });

      expect([refusal.code, refusal.status]).toEqual(['ACCESS_DENIED', 403]);
    },
  );

  it('refuses a used token if configured to follow the documentation', async () => {
    const portal = waiting({ quirks: { refuseUsedTokens: true } });
    await portal.call('bizproc.event.send', { EVENT_TOKEN });

    expect((await portal.refusal('bizproc.event.send', { EVENT_TOKEN })).code).toBe('ACCESS_DENIED');
  });
});
