import { describe, expect, test } from '@jest/globals';
import {
  type PlanStatus,
  planRemarks,
  planStateText,
  planStatus,
  reasonAgainstApplying,
} from '../../../../lib/cli/cleanup/plan-status.ts';
import type { Job } from '../../../../lib/jobs/job.ts';
import { redrivenId } from '../../../../lib/jobs/redrive.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';
import { PLAN } from '../../../support/cli/plan-sample.ts';
import { JOB } from '../../../support/cli/run-samples.ts';

const { out } = capturedOutput({ stage: 'prod' });
const CLI = 'npm run --silent cli -- --stage prod';

describe('the status of a plan', () => {
  const statusWith = (jobs: { readonly [id: string]: Partial<Job> }) =>
    planStatus(
      'acme',
      { ...PLAN, state: 'planning' },
      { read: async (_, id) => (jobs[id] ? { ...JOB, id, ...jobs[id] } : null) },
    );

  test('is that of the plan as long as its run works', async () => {
    expect(await statusWith({ 'plan:p': { phase: 'waiting' } })).toMatchObject({ state: 'planning', ended: null });
  });

  test('is "given up" when its job has failed', async () => {
    const failed = { 'plan:p': { phase: 'failed', code: 'INTERNAL_ERROR' } } as const;

    expect(await statusWith(failed)).toMatchObject({ state: 'stopped', ended: 'given_up', code: 'INTERNAL_ERROR' });
  });

  test('is that of the job that it was redriven as', async () => {
    const again = redrivenId('plan:p');

    expect(await statusWith({ 'plan:p': { phase: 'finished' }, [again]: { phase: 'failed' } })).toMatchObject({
      ended: 'given_up',
      run: again,
    });
  });
});

const stopped = (ended: PlanStatus['ended'], more: Partial<PlanStatus> = {}): PlanStatus => ({
  ...PLAN,
  state: 'stopped',
  ended,
  ...more,
});

test('the state says why a plan is not complete', () => {
  expect([PLAN, stopped('stopped'), stopped('unreadable'), stopped('given_up')].map(planStateText)).toEqual([
    'ready',
    'stopped',
    'incomplete',
    'given up',
  ]);
});

test('a list of plans explains each kind of incomplete ones once', () => {
  const unread = stopped('unreadable', { code: 'ACCESS_DENIED' });

  expect(planRemarks('acme', [PLAN], out)).toEqual([]);
  expect(planRemarks('acme', [unread, unread, stopped('given_up')], out)).toEqual([
    expect.stringContaining('Incomplete: something could not be read. ACCESS_DENIED'),
    expect.stringContaining(`${CLI} failed list --portal acme`),
  ]);
});

test.each([
  ['is being made', { ...PLAN, state: 'planning' }, `To see its progress: ${CLI} cleanup status --portal acme`],
  ['was given up', stopped('given_up'), `To try again: ${CLI} failed redrive --portal acme --job plan:p`],
  ['was stopped', stopped('stopped'), `To apply it as it is: ${CLI} cleanup apply --portal acme --plan p --incomplete`],
  ['has gaps', stopped('unreadable'), `to make a new plan: ${CLI} cleanup plan --portal acme\n`],
] as const)('a plan that %s is not applied just like that', (_, plan, advice) => {
  expect(reasonAgainstApplying('acme', plan, out)).toContain(advice);
});

test('a plan that is ready can be applied', () => {
  expect(reasonAgainstApplying('acme', PLAN, out)).toBeNull();
});
