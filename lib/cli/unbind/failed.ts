import type { Job } from '../../jobs/job.ts';
import { redrive } from '../../jobs/redrive.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { confirmChanges } from '../shared/confirm-changes.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
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

/** Jobs that were given up, with what they asked for (D§3). */
export async function failedList(deps: CommandContext, filter: FailedFilter, out: Out): Promise<ExitCode> {
  const jobs = await matching(deps, filter);
  out.table(jobs.map(shown), COLUMNS);
  out.say(
    jobs.length === 0
      ? 'No failed jobs match.'
      : `To try them again, with the same filter: ${out.command('failed redrive')}`,
  );
  return EXIT.done;
}

/** A new attempt at what failed. Robots are not answered twice. */
export async function failedRedrive(deps: CommandContext, filter: FailedFilter, out: Out): Promise<ExitCode> {
  const { stores, clock } = deps;
  const wakeDeps = { portals: stores.portals, wakeUps: stores.wakeUps, clock };
  const jobs = await matching(deps, filter);
  const bindings = jobs.reduce((sum, { counts }) => sum + (counts.failed ?? 0), 0);
  const what = 'This tries again to change what the failed jobs asked for';
  if (!(await confirmChanges({ what, bindings, yes: filter.yes === true }, deps, out))) return EXIT.notDone;
  let driven = 0;
  for (const job of jobs) {
    const ids = await redrive(job, { jobs: stores.jobs, outcomes: stores.outcomes, wakeDeps, clock });
    driven += ids.length > 0 ? 1 : 0;
    for (const id of ids) out.record({ portal: job.portal, job: job.id, redrivenAs: id }, `${job.id} goes on as ${id}`);
  }
  out.say(jobs.length === 0 ? 'No failed jobs match.' : `${driven} of ${jobs.length} failed jobs are tried again.`);
  return driven === jobs.length && jobs.length > 0 ? EXIT.done : EXIT.notDone;
}

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
