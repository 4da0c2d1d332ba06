import { stopRun } from '../../cleanup/start-run.ts';
import { followRun } from '../follow/follow-run.ts';
import {
  reportRun,
  runRecord,
  sayWhatWasUnread,
  sayWhyFailed,
  sayWhyUnfinished,
  statusText,
} from '../follow/run-report.ts';
import { type RunStatus, runStatus } from '../follow/run-status.ts';
import { ALL_DUE_WITHIN_MS, DEFAULT_WAIT_MS, MOST_UNFINISHED_RUNS } from '../policy.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { countsText, grouped, percentText, timeText } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import type { Column } from '../terminal/text-table.ts';
import { planRemarks, planStateText, planStatus } from './plan-status.ts';
import { planRecord } from './show-plan.ts';

export type RunsArgs = { readonly portal: string; readonly run?: string; readonly wait?: number };

/** To the minute: seconds would make the line too long for a terminal. */
const minuteOf = (iso: string | null): string => (iso === null ? '' : timeText(Date.parse(iso)).slice(0, -3));

const RUN_COLUMNS: readonly Column<ReturnType<typeof runRecord>>[] = [
  { title: 'RUN', text: ({ run }) => run },
  { title: 'SINCE (UTC)', text: ({ since }) => minuteOf(since) },
  { title: 'STATUS', text: statusText },
  { title: 'DONE', text: doneText },
  { title: 'OUTCOMES', text: ({ counts, kind }) => (kind === 'plan' ? '' : countsText(counts)), shrinks: true },
];

/** `20/40`, or `1,200 (43%)` as long as the total is only estimated. */
function doneText({ done, total, share }: ReturnType<typeof runRecord>): string {
  if (total !== null) return `${grouped(done)}/${grouped(total)}`;
  return share === null || share === 1 ? grouped(done) : `${grouped(done)} (${percentText(share)})`;
}

type PlanRow = ReturnType<typeof planRecord>;

const PLAN_COLUMNS: readonly Column<PlanRow>[] = [
  { title: 'PLAN', text: ({ plan }) => plan },
  { title: 'STARTED (UTC)', text: ({ createdAt }) => timeText(Date.parse(createdAt)) },
  { title: 'STATE', text: planStateText },
  { title: 'BINDINGS', text: ({ items }) => grouped(items), align: 'right' },
  { title: 'DONE', text: ({ done }) => grouped(done), align: 'right' },
  { title: 'BY RULE', text: ({ byRule }) => countsText(byRule), shrinks: true },
];

/** The progress of one run, or a list of runs: first those that wait, then those that have started, newest first. */
export async function cleanupStatus(deps: CommandContext, args: RunsArgs, out: Out): Promise<ExitCode> {
  const { portal, run } = args;
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  if (run !== undefined) return await oneRun(deps, { ...args, run }, out);
  const known = await latestRuns(portal, deps);
  out.table(
    known.map((status) => runRecord(portal, status)),
    RUN_COLUMNS,
  );
  if (known.length === 0)
    out.say(`There are no runs yet. To start with a plan: ${out.command(`cleanup plan --portal ${portal}`)}`);
  return EXIT.done;
}

/** Newest first. */
export async function cleanupPlans(deps: CommandContext, portal: string, out: Out): Promise<ExitCode> {
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  const rows: PlanRow[] = [];
  for await (const plan of deps.stores.plans.list(portal))
    rows.push(planRecord(portal, await planStatus(portal, plan, deps.stores.jobs)));
  out.table(rows, PLAN_COLUMNS);
  for (const remark of planRemarks(portal, rows, out)) out.say(remark);
  if (rows.length === 0)
    out.say(`There are no plans yet. To make one: ${out.command(`cleanup plan --portal ${portal}`)}`);
  return EXIT.done;
}

/** Ends a run after its current request. */
export async function cleanupStop(
  deps: CommandContext,
  { portal, run, wait = DEFAULT_WAIT_MS }: RunsArgs & { readonly run: string },
  out: Out,
): Promise<ExitCode> {
  if ((await knownPortal(portal, deps, out)) === null) return EXIT.notDone;
  if (!(await stopRun(portal, run, deps.stores))) {
    out.say(`Run ${run} is over, or does not exist.`);
    return EXIT.notDone;
  }
  return await oneRun(deps, { portal, run, wait }, out);
}

async function oneRun(deps: CommandContext, args: RunsArgs & { readonly run: string }, out: Out): Promise<ExitCode> {
  const { portal, run, wait = 0 } = args;
  if ((await runStatus(portal, run, deps.stores)) === null) {
    out.say(`Run ${run} of ${portal} does not exist, or no longer does.`);
    return EXIT.notDone;
  }
  const followed = await followRun({ portal, run, label: run, waitMs: wait, interrupt: 'leave' }, deps, out);
  reportRun(portal, followed.progress, {}, out);
  sayWhyFailed(portal, followed.progress, out);
  sayWhatWasUnread(portal, followed.progress, out);
  if (followed.kind === 'over') return EXIT.done;
  if (wait > 0) sayWhyUnfinished(portal, followed, deps, out);
  return args.wait === undefined ? EXIT.done : EXIT.unfinished;
}

/** Leaves out runs whose jobs are no longer stored. */
async function latestRuns(portal: string, { stores, clock }: CommandContext): Promise<RunStatus[]> {
  const unfinished = await stores.jobs.due(portal, 'sweep', clock.now() + ALL_DUE_WITHIN_MS, MOST_UNFINISHED_RUNS);
  const history = await stores.runs.history(portal);
  const started = new Set(history.map(({ id }) => id));
  const waiting = unfinished.map(({ id }) => id).filter((id) => !started.has(id));
  const statuses = await Promise.all([...waiting, ...started].map((id) => runStatus(portal, id, stores, history)));
  return statuses.flatMap((status) => status ?? []);
}
