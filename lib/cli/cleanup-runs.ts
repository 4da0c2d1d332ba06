import { stopRun } from '../cleanup/start-run.ts';
import type { CommandMeans } from './command-means.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { followRun } from './follow-run.ts';
import { knownPortal } from './known-portal.ts';
import type { Out } from './out.ts';
import { reportRun, sayWhyFailed, sayWhyUnfinished } from './run-report.ts';
import { type RunStanding, runStanding } from './run-standing.ts';
import { planRecord } from './show-plan.ts';
import type { Column } from './text-table.ts';
import { countsText, grouped, timeText } from './words.ts';

export type RunsArgs = { readonly portal: string; readonly run?: string; readonly wait?: number };

type Row = Omit<RunStanding, 'phase'> & { readonly portal: string };

const RUN_COLUMNS: readonly Column<Row>[] = [
  { title: 'RUN', text: ({ run }) => run },
  { title: 'STATUS', text: ({ status, code }) => (status === 'failed' ? `failed: ${code}` : status) },
  { title: 'DONE', text: ({ done, total }) => (total === null ? grouped(done) : `${grouped(done)}/${grouped(total)}`) },
  { title: 'OUTCOMES', text: ({ counts, kind }) => (kind === 'plan' ? '' : countsText(counts)), shrinks: true },
];

type PlanRow = ReturnType<typeof planRecord>;

const PLAN_COLUMNS: readonly Column<PlanRow>[] = [
  { title: 'PLAN', text: ({ plan }) => plan },
  { title: 'BEGUN (UTC)', text: ({ createdAt }) => timeText(Date.parse(createdAt)) },
  { title: 'STATE', text: ({ state }) => state },
  { title: 'BINDINGS', text: ({ items }) => grouped(items), align: 'right' },
  { title: 'THROUGH', text: ({ done }) => grouped(done), align: 'right' },
  { title: 'BY RULE', text: ({ byRule }) => countsText(byRule), shrinks: true },
];

/** Unfinished runs are few: one works, the others wait. */
const MOST_UNFINISHED = 100;
const MOST_PLANS = 20;
/** The newest records that are looked at for runs that left no plan. */
const MOST_RECORDS = 1_000;
const FAR_MS = 365 * 86_400_000;

/** How far one run is, or which runs there are: those that are not over, and the latest ones. */
export async function cleanupStatus(means: CommandMeans, args: RunsArgs, out: Out): Promise<ExitCode> {
  const { portal, run } = args;
  if ((await knownPortal(portal, means, out)) === null) return EXIT.notDone;
  if (run !== undefined) return await oneRun(means, { ...args, run }, out);
  const rows = await Promise.all((await runIds(portal, means)).map((id) => rowOf(portal, id, means)));
  const known = rows.flatMap((row) => row ?? []);
  out.table(known, RUN_COLUMNS);
  if (known.length === 0) out.say(`There are no runs yet. Begin with: cleanup plan --portal ${portal}`);
  return EXIT.done;
}

/** Newest first. */
export async function cleanupPlans(means: CommandMeans, portal: string, out: Out): Promise<ExitCode> {
  if ((await knownPortal(portal, means, out)) === null) return EXIT.notDone;
  const rows: PlanRow[] = [];
  for await (const plan of means.stores.plans.list(portal)) rows.push(planRecord(portal, plan));
  out.table(rows, PLAN_COLUMNS);
  if (rows.length === 0) out.say(`There are no plans yet. Make one: cleanup plan --portal ${portal}`);
  return EXIT.done;
}

/** Ends a run after the request that is under way. */
export async function cleanupStop(
  means: CommandMeans,
  { portal, run, wait = 60_000 }: RunsArgs & { readonly run: string },
  out: Out,
): Promise<ExitCode> {
  if ((await knownPortal(portal, means, out)) === null) return EXIT.notDone;
  if (!(await stopRun(portal, run, means.stores))) {
    out.say(`The run ${run} is over, or there is none of this name.`);
    return EXIT.notDone;
  }
  return await oneRun(means, { portal, run, wait }, out);
}

async function oneRun(means: CommandMeans, args: RunsArgs & { readonly run: string }, out: Out): Promise<ExitCode> {
  const { portal, run, wait = 0 } = args;
  if ((await runStanding(portal, run, means.stores)) === null) {
    out.say(`There is no run ${run} of ${portal}, or no longer.`);
    return EXIT.notDone;
  }
  const followed = await followRun({ portal, run, label: run, waitMs: wait, interrupt: 'leave' }, means, out);
  reportRun(portal, followed.progress, {}, out);
  sayWhyFailed(portal, followed.progress, out);
  if (followed.kind === 'over') return EXIT.done;
  if (wait > 0) sayWhyUnfinished(portal, followed, means, out);
  return args.wait === undefined ? EXIT.done : EXIT.unfinished;
}

async function rowOf(portal: string, run: string, { stores }: CommandMeans): Promise<Row | null> {
  const progress = await runStanding(portal, run, stores);
  if (progress === null) return null;
  const { phase: _, ...rest } = progress;
  return { portal, ...rest };
}

/** What is not over, then the runs of the latest plans, then those that the latest records tell of. */
async function runIds(portal: string, { stores, clock }: CommandMeans): Promise<string[]> {
  const ids = new Set<string>();
  for (const { id } of await stores.jobs.due(portal, 'sweep', clock.now() + FAR_MS, MOST_UNFINISHED)) ids.add(id);
  let plans = 0;
  for await (const { id, applied } of stores.plans.list(portal)) {
    if (++plans > MOST_PLANS) break;
    for (const run of [...applied.toReversed(), `plan:${id}`]) ids.add(run);
  }
  let records = 0;
  for await (const { id } of stores.outcomes.list({ portal })) {
    if (++records > MOST_RECORDS) break;
    const run = id.slice(0, id.indexOf('/'));
    if (/^(sweep|undo|apply):/.test(run)) ids.add(run);
  }
  return [...ids];
}
