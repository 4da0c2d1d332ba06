import { describe, expect, test } from '@jest/globals';
import { acceptJob, badForm } from '../../../lib/inbound/accept-job.ts';
import type { NewJob } from '../../../lib/jobs/job.ts';
import { InboundStage } from '../../support/inbound/inbound-stage.ts';

const JOB: NewJob = {
  portal: 'acme',
  id: 'event:activity:7',
  lane: 'event',
  trigger: 'event',
  cause: 'ONCRMACTIVITYUPDATE',
  task: { kind: 'activity_changed', activityId: 7 },
};

describe('acceptJob', () => {
  test('writes the job, wakes the portal, and answers', async () => {
    const stage = new InboundStage();

    expect(await acceptJob(JOB, 'coalesce', stage.ingress)).toEqual({ status: 200, body: { status: 'accepted' } });
    expect([stage.jobs, stage.wakeUps]).toEqual([[{ write: 'coalesce', job: JOB }], ['acme']]);
  });

  test('answers 503 and raises an alarm when the job cannot be stored', async () => {
    const stage = new InboundStage();
    stage.storeFails = true;

    expect(await acceptJob(JOB, 'add', stage.ingress)).toMatchObject({ status: 503, body: { error: 'not_stored' } });
    expect(stage.logged).toMatchObject([{ event: 'job_lost', job: JOB.id, error: 'TypeError', alarm: true }]);
    expect(stage.wakeUps).toEqual([]);
  });

  test('accepts the job when the wake-up fails: the schedule makes up for it', async () => {
    const stage = new InboundStage();
    stage.queueFails = true;

    expect(await acceptJob(JOB, 'add', stage.ingress)).toMatchObject({ status: 200 });
    expect(stage.logged).toEqual([{ event: 'bell_failed', portal: 'acme', error: 'TypeError' }]);
  });

  test('of a portal that was removed meanwhile wakes nobody, and the portal is forgotten', async () => {
    const stage = new InboundStage();
    stage.removed.add('acme');

    expect(await acceptJob(JOB, 'add', stage.ingress)).toMatchObject({ status: 200 });
    expect([stage.wakeUps, stage.forgotten]).toEqual([[], ['acme']]);
  });
});

test.each([
  ['too_large', 413, 'The body is larger than 64 KiB'],
  ['content_type', 415, 'The content type must be application/x-www-form-urlencoded'],
  ['too_many_pairs', 400, 'The body has more than 500 fields'],
  ['too_deep', 400, 'A field name has more than 6 levels of brackets'],
] as const)('a form with the problem %s is answered %d', (problem, status, message) => {
  expect(badForm(problem)).toMatchObject({ status, body: { message } });
});
