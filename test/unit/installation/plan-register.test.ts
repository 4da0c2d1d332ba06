import { beforeEach, describe, expect, test } from '@jest/globals';
import { wantedSubscriptions } from '../../../lib/bitrix24/registration/subscriptions.ts';
import type { RestCall } from '../../../lib/bitrix24/rest/rest-call.ts';
import { planRegister } from '../../../lib/installation/plan-register.ts';
import type { Job } from '../../../lib/jobs/job.ts';
import { PortalStopped, type Read } from '../../../lib/jobs/planner.ts';

const URL = 'https://here.example.com';
const JOB = { portal: 'acme', task: { kind: 'register' } } as Job; // the planner reads nothing else of it

let logged: unknown[];
beforeEach(() => {
  logged = [];
});

async function register(answers: { readonly [method: string]: Read | Error }) {
  const calls: string[] = [];
  const ask = async ({ method, params }: RestCall): Promise<Read> => {
    calls.push(typeof params.event === 'string' ? `${method} ${params.event}` : method);
    const answer = answers[method] ?? { ok: true, result: true };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const log = (event: string, fields?: object) => void logged.push({ event, ...fields });
  const planned = await planRegister(() => URL, { info: log, error: log })(JOB, ask);
  return { planned, calls };
}

const ALL_BOUND: Read = { ok: true, result: wantedSubscriptions(URL) };
const NO_ROBOT: Read = { ok: true, result: [] };

describe('planRegister', () => {
  test('adds a missing robot and every missing event', async () => {
    const { planned, calls } = await register({
      'bizproc.robot.list': NO_ROBOT,
      'event.get': { ok: true, result: [] },
    });

    expect(planned).toMatchObject({ steps: [], checkpoint: null, code: null });
    expect(calls).toContain('bizproc.robot.add');
    expect(calls.filter((call) => call.startsWith('event.bind'))).toHaveLength(wantedSubscriptions(URL).length);
    expect(logged).toMatchObject([{ event: 'registered', portal: 'acme', robot: 'added', unbound: 0 }]);
  });

  test('updates a robot that exists, and leaves existing subscriptions alone', async () => {
    const { calls } = await register({
      'bizproc.robot.list': { ok: true, result: ['unbind_activity'] },
      'event.get': ALL_BOUND,
    });

    expect(calls.sort()).toEqual(['bizproc.robot.list', 'bizproc.robot.update', 'event.get']);
  });

  test('updates a robot that somebody has added meanwhile', async () => {
    const { planned, calls } = await register({
      'bizproc.robot.list': NO_ROBOT,
      'bizproc.robot.add': { ok: false, code: 'ERROR_ACTIVITY_ALREADY_INSTALLED' },
      'event.get': ALL_BOUND,
    });

    expect(calls).toContain('bizproc.robot.update');
    expect(planned.code).toBeNull();
  });

  test('removes the handlers of an earlier address of ours', async () => {
    const outdated = { event: 'ONCRMDEALUPDATE', handler: 'https://before.example.com/event' };
    const { calls } = await register({
      'bizproc.robot.list': NO_ROBOT,
      'event.get': { ok: true, result: [...wantedSubscriptions(URL), outdated] },
    });

    expect(calls).toContain('event.unbind ONCRMDEALUPDATE');
  });

  test.each<[string, { readonly [method: string]: Read | Error }, string | null]>([
    ['an event that is bound already', { 'event.bind': { ok: false, code: 'ERROR_CORE' } }, null],
    ['a robot that is refused', { 'bizproc.robot.update': { ok: false, code: 'ERROR_ARGUMENT' } }, 'ERROR_ARGUMENT'],
    ['a grant that may not register', { 'bizproc.robot.update': new PortalStopped('ACCESS_DENIED') }, 'ACCESS_DENIED'],
  ])('ends the job whatever comes of it: %s', async (_, answers, code) => {
    const { planned } = await register({
      'bizproc.robot.list': { ok: true, result: ['unbind_activity'] },
      'event.get': { ok: true, result: [] },
      ...answers,
    });

    expect(planned).toMatchObject({ steps: [], checkpoint: null, code });
    expect(logged).toMatchObject([
      code === null ? { event: 'registered' } : { event: 'registration_incomplete', code },
    ]);
  });

  test('is stopped by what stops the portal for everything', async () => {
    await expect(register({ 'bizproc.robot.list': new PortalStopped('GRANT_DEAD') })).rejects.toThrow(PortalStopped);
  });
});
