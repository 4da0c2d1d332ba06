import { describe, expect, it } from '@jest/globals';
import type { JobPart } from '../../../lib/jobs/intent.ts';
import { finishAnsweredJob, progressOfPart } from '../../../lib/jobs/job-progress.ts';
import { MemoryJobs } from '../../support/worker/memory-stores.ts';
import { jobOf, NOW, outcomeOf } from '../../support/worker/samples.ts';

const partOf = (changes: Partial<JobPart> = {}): JobPart => ({
  job: jobOf(),
  owesAnswer: false,
  counts: {},
  code: null,
  cursorAfter: null,
  ...changes,
});

const unbound = outcomeOf();
const refused = outcomeOf({ status: 'refused', code: 'ACCESS_DENIED' });
const failed = outcomeOf({ status: 'failed', code: 'NO_ANSWER' });

describe('the phase of a job whose part of an intent has ended', () => {
  it.each([
    ['waiting', 'there is more to do', { cursorAfter: { after: 7 }, owesAnswer: true }, [failed]],
    ['answering', 'its workflow waits', { owesAnswer: true }, [failed]],
    ['finished', 'all is done', {}, [unbound, refused]],
    ['failed', 'a command failed', {}, [unbound, failed]],
    ['failed', 'a command failed before', { job: jobOf({ counts: { failed: 1 } }) }, [unbound]],
    ['failed', 'it could not be planned', { counts: { failed: 1 } }, []],
  ] as const)('is %s when %s', (phase, _case, part, outcomes) => {
    expect(progressOfPart(partOf(part), outcomes, NOW).phase).toBe(phase);
  });
});

describe('the progress', () => {
  it('adds what was skipped and what has ended to what was counted before', () => {
    const part = partOf({ job: jobOf({ counts: { unbound: 2, skipped: 1 } }), counts: { skipped: 3 } });

    expect(progressOfPart(part, [unbound, refused, unbound], NOW).counts).toEqual({
      unbound: 4,
      refused: 1,
      skipped: 4,
    });
  });

  it.each([
    ['of the job', { job: jobOf({ code: 'FIRST' }), code: 'SECOND' }, 'FIRST'],
    ['of the planning', { code: 'SECOND' }, 'SECOND'],
    ['of a command', {}, 'ACCESS_DENIED'],
  ])('keeps the first code that was met: that %s', (_case, part, code) => {
    expect(progressOfPart(partOf(part), [unbound, refused, failed], NOW).code).toBe(code);
  });

  it.each([
    [NOW - 5_000, NOW - 5_000],
    [NOW + 5_000, NOW],
  ])('keeps the position of the job in its lane (due at %d)', (dueAt, expected) => {
    expect(progressOfPart(partOf({ job: jobOf({ dueAt }) }), [], NOW).dueAt).toBe(expected);
  });

  it('goes on at the checkpoint after the part', () => {
    expect(progressOfPart(partOf({ cursorAfter: { after: 7 } }), [], NOW).cursor).toEqual({ after: 7 });
  });
});

it.each([
  [{ unbound: 1 }, 'finished'],
  [{ unbound: 1, failed: 1 }, 'failed'],
] as const)('a job that was answered ends as its work has: %j', async (counts, phase) => {
  const jobs = new MemoryJobs();
  const job = jobOf({ phase: 'answering', counts, code: 'X', eventToken: 'token' });
  jobs.put(job);

  await finishAnsweredJob(jobs, job, NOW + 1);

  expect(jobs.jobs.get('job')).toMatchObject({ phase, counts, code: 'X', dueAt: NOW + 1, eventToken: null });
});
