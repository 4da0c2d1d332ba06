import type { Job } from '../../jobs/job.ts';
import { redrive } from '../../jobs/redrive.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { confirmChanges } from '../shared/confirm-changes.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { quoted } from '../terminal/invocation.ts';
import type { Out } from '../terminal/output.ts';
import { durationText } from '../terminal/parse-duration.ts';
import type { Column } from '../terminal/text-table.ts';

export type FailedFilter = {
  /** Absent: of all portals. */
  readonly portal?: string;
  readonly job?: string;
  /** Bitrix24's code, or ours. */
  readonly code?: string;
  /** Failed longer ago than this, ms. */
  readonly olderThan?: number;
  readonly yes?: true;
};

/** A failed job as it is shown. It holds no credential: the workflow's was dropped when it was answered. */
type FailedJob = Pick<Job, 'portal' | 'id' | 'code' | 'trigger' | 'cause'> & {
  readonly failedCommands: number;
  readonly failedAt: string;
};

const COLUMNS: readonly Column<FailedJob>[] = [
  { title: 'FAILED AT (UTC)', text: ({ failedAt }) => failedAt.slice(0, 19).replace('T', ' ') },
  { title: 'PORTAL', text: ({ portal }) => portal, shrinks: true },
  { title: 'CODE', text: ({ code }) => code ?? '' },
  { title: 'COMMANDS', text: ({ failedCommands }) => String(failedCommands), align: 'right' },
  { title: 'BY', text: ({ trigger }) => trigger },
  { title: 'JOB', text: ({ id }) => id, shrinks: true },
];

/** Lists the jobs that were given up (D§3). */
export async function failedList(deps: CommandContext, filter: FailedFilter, out: Out): Promise<ExitCode> {
  const jobs = await matching(deps, filter);
  out.table(jobs.map(shown), COLUMNS);
  out.say(
    jobs.length === 0
      ? 'No failed jobs match.'
      : `To try them again: ${out.command(['failed redrive', ...flagsOf(filter)].join(' '))}`,
  );
  return EXIT.done;
}

/** Tries again what failed. Workflows are not answered twice. */
export async function failedRedrive(deps: CommandContext, filter: FailedFilter, out: Out): Promise<ExitCode> {
  const { stores, clock } = deps;
  const wakeDeps = { portals: stores.portals, wakeUps: stores.wakeUps, clock };
  const jobs = await matching(deps, filter);
  const bindings = jobs.reduce((sum, { counts }) => sum + (counts.failed ?? 0), 0);
  const what = 'This tries again what the failed jobs could not change';
  if (!(await confirmChanges({ what, bindings, yes: filter.yes === true }, deps, out))) return EXIT.notDone;
  let redriven = 0;
  for (const job of jobs) {
    const ids = await redrive(job, { jobs: stores.jobs, outcomes: stores.outcomes, wakeDeps, clock });
    redriven += ids.length > 0 ? 1 : 0;
    for (const id of ids)
      out.record({ portal: job.portal, job: job.id, redrivenAs: id }, `${job.id} continues as ${id}`);
  }
  out.say(jobs.length === 0 ? 'No failed jobs match.' : `${redriven} of ${jobs.length} failed jobs are tried again.`);
  return redriven === jobs.length && jobs.length > 0 ? EXIT.done : EXIT.notDone;
}

/** The same filter, as it is typed. */
const flagsOf = ({ portal, job, code, olderThan }: FailedFilter): string[] => [
  ...(portal === undefined ? [] : [`--portal ${portal}`]),
  ...(job === undefined ? [] : [`--job ${quoted(job)}`]),
  ...(code === undefined ? [] : [`--code ${quoted(code)}`]),
  ...(olderThan === undefined ? [] : [`--older-than ${durationText(olderThan)}`]),
];

async function matching({ stores, clock }: CommandContext, filter: FailedFilter): Promise<Job[]> {
  const portals =
    filter.portal === undefined ? await Array.fromAsync(stores.portals.list()) : [{ portal: filter.portal }];
  const jobs = await Promise.all(portals.map(({ portal }) => Array.fromAsync(stores.jobs.failed(portal))));
  return jobs
    .flat()
    .filter(
      ({ id, code, dueAt }) =>
        (filter.job === undefined || filter.job === id) &&
        (filter.code === undefined || filter.code.toUpperCase() === code?.toUpperCase()) &&
        (filter.olderThan === undefined || clock.now() - dueAt >= filter.olderThan),
    );
}

const shown = ({ portal, id, code, trigger, cause, counts, dueAt }: Job): FailedJob => ({
  portal,
  id,
  code,
  trigger,
  cause,
  failedCommands: counts.failed ?? 0,
  failedAt: new Date(dueAt).toISOString(),
});
