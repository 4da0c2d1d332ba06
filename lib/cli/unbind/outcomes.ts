import { type Element, sameElement } from '../../bitrix24/crm/element.ts';
import type { Outcome, Status, Trigger } from '../../jobs/outcome.ts';
import { ROWS_SHOWN } from '../policy.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { knownPortal } from '../shared/known-portal.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { type ExportFile, exportRows } from '../terminal/export-rows.ts';
import { counted, grouped } from '../terminal/format.ts';
import type { Out } from '../terminal/output.ts';
import { type CountField, countColumns, countOutcomes } from './count-outcomes.ts';
import { outcomeColumns } from './outcome-columns.ts';

export type OutcomesArgs = {
  /** Absent: of all portals. */
  readonly portal?: string;
  readonly activity?: number;
  readonly element?: Element;
  readonly status?: Status;
  readonly code?: string;
  readonly trigger?: Trigger;
  /** The run or any other job. */
  readonly run?: string;
  /** Not older than this, ms. */
  readonly since?: number;
  readonly limit?: number;
  readonly countBy?: CountField;
  readonly export?: ExportFile;
};

/** In the order of the documented JSON (D§3). */
const FIELDS = [
  'id',
  'portal',
  'activityId',
  'entityTypeId',
  'entityId',
  'status',
  'code',
  'trigger',
  'cause',
  'rule',
  'attempts',
  'durationMs',
  'at',
] as const;

/** Lists, counts or exports outcomes, newest first. Finding none is a result too. */
export async function outcomes(deps: CommandContext, args: OutcomesArgs, out: Out): Promise<ExitCode> {
  if (args.portal !== undefined && !(await hasRecords(args.portal, deps, out))) return EXIT.notDone;
  const portals = args.portal === undefined ? await allPortals(deps) : [args.portal];
  if (args.run !== undefined && !(await isKnownJob(args.run, portals, deps))) {
    out.say(
      `Run or job ${args.run}${args.portal === undefined ? '' : ` of ${args.portal}`} does not exist, or no longer does.`,
    );
    return EXIT.notDone;
  }
  if (args.countBy !== undefined) {
    const counts = await countOutcomes(streamed(portals, deps, args), args.countBy);
    out.table(counts, countColumns(args.countBy));
    if (counts.length === 0) out.say('No outcomes match.');
  }
  if (args.export !== undefined) {
    const exported = await exportRows(args.export, FIELDS, exportable(streamed(portals, deps, args)));
    if (exported.kind === 'problem') {
      out.say(exported.problem);
      return EXIT.notDone;
    }
    out.say(`Wrote ${counted(exported.count, 'outcome')} to ${args.export.path}`);
  }
  if (args.countBy === undefined && args.export === undefined) await list(portals, deps, args, out);
  return EXIT.done;
}

/** With a cell for the rule in every row. */
async function* exportable(found: AsyncIterable<Outcome>) {
  for await (const outcome of found) yield { ...outcome, rule: outcome.rule ?? null };
}

async function list(portals: readonly string[], deps: CommandContext, args: OutcomesArgs, out: Out): Promise<void> {
  const { limit = ROWS_SHOWN } = args;
  const found = (await Promise.all(portals.map((portal) => newest(portal, limit + 1, deps, args)))).flat();
  found.sort((one, other) => other.at.localeCompare(one.at));

  const shown = found.slice(0, limit);
  out.table(shown, outcomeColumns({ portals: portals.length > 1 }));
  if (shown.length === 0) out.say('No outcomes match.');
  if (found.length > limit)
    out.say(`These are the newest ${grouped(limit)}. --limit shows more; --export FILE.csv or FILE.jsonl writes all.`);
}

/** The records of a removed portal are kept. False, with a message: there is no such portal, and never was. */
async function hasRecords(portal: string, deps: CommandContext, out: Out): Promise<boolean> {
  for await (const _ of deps.stores.outcomes.list({ portal })) return true;
  return (await knownPortal(portal, deps, out)) !== null;
}

/** Including a job that has left no outcomes. */
async function isKnownJob(job: string, portals: readonly string[], { stores }: CommandContext): Promise<boolean> {
  for (const portal of portals) {
    if ((await stores.outcomes.pageOfJob(portal, job, null, 1)).length > 0) return true;
    if ((await stores.jobs.read(portal, job)) !== null) return true;
    if ((await stores.runs.history(portal)).some(({ id }) => id === job)) return true;
  }
  return false;
}

async function allPortals({ stores }: CommandContext): Promise<string[]> {
  const names: string[] = [];
  for await (const { portal } of stores.portals.list()) names.push(portal);
  return names;
}

async function newest(portal: string, limit: number, deps: CommandContext, args: OutcomesArgs): Promise<Outcome[]> {
  const found: Outcome[] = [];
  for await (const outcome of matching(portal, deps, args)) {
    if (found.push(outcome) >= limit) break;
  }
  return found;
}

/** Portal by portal, streamed: a history may not fit into memory. */
async function* streamed(
  portals: readonly string[],
  deps: CommandContext,
  args: OutcomesArgs,
): AsyncGenerator<Outcome, void> {
  let left = args.limit ?? Number.POSITIVE_INFINITY;
  for (const portal of portals) {
    for await (const outcome of matching(portal, deps, args)) {
      if (left-- <= 0) return;
      yield outcome;
    }
  }
}

async function* matching(
  portal: string,
  { stores, clock }: CommandContext,
  args: OutcomesArgs,
): AsyncGenerator<Outcome, void> {
  const { activity, status, since } = args;
  const filter = {
    portal,
    ...(activity === undefined ? {} : { activityId: activity }),
    ...(status === undefined ? {} : { status }),
    ...(since === undefined ? {} : { since: clock.now() - since }),
  };
  for await (const outcome of stores.outcomes.list(filter)) if (matchesFilter(outcome, args)) yield outcome;
}

/** The part of the filter that the store does not apply. */
function matchesFilter(outcome: Outcome, { element, code, trigger, run }: OutcomesArgs): boolean {
  return (
    (element === undefined || sameElement(element, outcome)) &&
    (code === undefined || code.toUpperCase() === outcome.code?.toUpperCase()) &&
    (trigger === undefined || trigger === outcome.trigger) &&
    (run === undefined || outcome.id.startsWith(`${run}/`))
  );
}
