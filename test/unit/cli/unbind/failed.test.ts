import { expect, test } from '@jest/globals';
import { type FailedFilter, failedList } from '../../../../lib/cli/unbind/failed.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';
import { contextWith, listed } from '../../../support/cli/context-with.ts';
import { JOB } from '../../../support/cli/run-samples.ts';
import { ManualClock } from '../../../support/portal/manual-clock.ts';

const clock = new ManualClock();
const FAILED = { ...JOB, phase: 'failed', code: 'NO_ANSWER', dueAt: clock.now() - 3_600_000 } as const;

async function listOf(filter: FailedFilter): Promise<string> {
  const { out, stderr } = capturedOutput({ stage: 'prod' });
  await failedList(contextWith({ jobs: { failed: () => listed(FAILED) } }, { clock }), filter, out);
  return stderr();
}

test.each([
  [{ portal: 'acme' }, 'failed redrive --portal acme'],
  [
    { portal: 'acme', code: 'no_answer', olderThan: 3_600_000 },
    'failed redrive --portal acme --code no_answer --older-than 1h',
  ],
  [{ portal: 'acme', job: 'apply:p:1' }, 'failed redrive --portal acme --job apply:p:1'],
])('the list for %j ends with the command that redrives the same jobs', async (filter, command) => {
  expect(await listOf(filter)).toBe(`To try them again: npm run --silent cli -- --stage prod ${command}\n`);
});

test.each([{ job: 'other' }, { code: 'INTERNAL_ERROR' }, { olderThan: 3_600_001 }])(
  'the filter %j leaves the job out',
  async (filter) => {
    expect(await listOf({ portal: 'acme', ...filter })).toBe('No failed jobs match.\n');
  },
);
