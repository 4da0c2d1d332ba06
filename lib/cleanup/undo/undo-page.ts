import { elementKey } from '../../bitrix24/crm/element.ts';
import { commandOf } from '../../jobs/command.ts';
import type { Checkpoint, Job } from '../../jobs/job.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import type { OutcomeStore } from '../../jobs/outcome-store.ts';
import { UNDONE_AT_ONCE } from '../policy.ts';
import type { RunStore } from '../runs/run-store.ts';

export type UndoSource = {
  readonly outcomes: Pick<OutcomeStore, 'known' | 'pageOfJob'>;
  readonly runs: Pick<RunStore, 'undone' | 'setUndone'>;
};

/** An outcome to undo, and where the job resumes after it. */
export type UndoItem = { readonly outcome: Outcome; readonly checkpoint: Checkpoint };

/** After which outcome of which run an undo is, and how many removals of that run come before. */
type UndoCheckpoint = { readonly run: string; readonly after: string | null; readonly count: number };

/**
 * The next outcomes of the task, in the order of their ids; none: it is complete. Of runs, only outcomes that can be undone; of
 * named outcomes all, so that each one asked for gets an answer. How far each run is undone is kept beyond the job, so that an
 * undo of a plan can resume where another one was stopped.
 */
export async function undoPage(job: Job, source: UndoSource): Promise<readonly UndoItem[]> {
  const { task } = job;
  if (task.kind !== 'undo') return [];
  if ('outcomes' in task) return await pageOfNamed(job, task.outcomes, source);
  const runs = 'run' in task ? [task.run] : task.runs;
  for (let checkpoint = await readUndoCheckpoint(job, runs, source); checkpoint !== null; ) {
    const found = await unboundAfter(job, checkpoint, source);
    await noteUndone(job, checkpoint, found.length === 0, source);
    if (found.length > 0) return found;
    checkpoint = await checkpointIn(job, runs[runs.indexOf(checkpoint.run) + 1], source);
  }
  return [];
}

async function pageOfNamed({ portal, cursor }: Job, named: readonly string[], { outcomes }: UndoSource) {
  const after = typeof cursor?.after === 'string' ? cursor.after : null;
  const known = await outcomes.known(portal, named);
  const all = [...known.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  // Several outcomes about one binding are undone once.
  const byBinding = Map.groupBy(all, (outcome) => `${outcome.activityId} ${elementKey(outcome)}`);
  const once = new Set([...byBinding.values()].map((same) => same.find(isUndoable) ?? same[0]));
  const left = all.filter((outcome) => once.has(outcome) && (after === null || outcome.id > after));
  return left.slice(0, UNDONE_AT_ONCE).map((outcome) => ({ outcome, checkpoint: { after: outcome.id } }));
}

async function readUndoCheckpoint(
  job: Job,
  runs: readonly string[],
  source: UndoSource,
): Promise<UndoCheckpoint | null> {
  const { cursor } = job;
  if (cursor === null || typeof cursor.after !== 'string') return await checkpointIn(job, runs[0], source);
  const run = typeof cursor.run === 'string' ? cursor.run : runs[0];
  return run === undefined ? null : { run, after: cursor.after, count: Number(cursor.count ?? 0) };
}

/** A single run is undone from its beginning each time; of the runs of a plan only what is still missing. */
async function checkpointIn(
  { portal, task }: Job,
  run: string | undefined,
  { runs }: UndoSource,
): Promise<UndoCheckpoint | null> {
  if (run === undefined) return null;
  const undone = 'runs' in task ? await runs.undone(portal, run) : null;
  return { run, after: undone?.after ?? null, count: undone?.count ?? 0 };
}

async function unboundAfter(
  job: Job,
  { run, after, count }: UndoCheckpoint,
  { outcomes }: UndoSource,
): Promise<UndoItem[]> {
  const found: UndoItem[] = [];
  for (let [last, before] = [after, count]; found.length < UNDONE_AT_ONCE; ) {
    const page = await outcomes.pageOfJob(job.portal, run, last, UNDONE_AT_ONCE);
    const end = page.at(-1);
    if (end === undefined) break;
    last = end.id;
    const bound = await boundByThis(job, page, outcomes);
    for (const outcome of page.filter(isUndoable)) {
      before += 1;
      if (!bound.has(commandId(job, outcome)))
        found.push({ outcome, checkpoint: { run, after: outcome.id, count: before } });
    }
  }
  return found.slice(0, UNDONE_AT_ONCE);
}

/** The commands that this job has already bound: two runs of a plan can have unbound the same binding. */
async function boundByThis(job: Job, page: readonly Outcome[], outcomes: UndoSource['outcomes']): Promise<Set<string>> {
  if (!('runs' in job.task) || job.task.runs.length === 1) return new Set();
  const ids = page.filter(isUndoable).map((outcome) => commandId(job, outcome));
  const known = await outcomes.known(job.portal, ids);
  return new Set(ids.filter((id) => ['bound', 'already_bound'].includes(known.get(id)?.status ?? '')));
}

const commandId = ({ id }: Job, { activityId, entityTypeId, entityId }: Outcome): string =>
  commandOf(id, 'bind', activityId, { entityTypeId, entityId }).id;

/** Notes how far the run is undone. If something failed, the next undo starts over, so that it is tried again. */
async function noteUndone(
  job: Job,
  { run, after, count }: UndoCheckpoint,
  completed: boolean,
  { runs }: UndoSource,
): Promise<void> {
  const { portal, id, counts } = job;
  if ((counts.failed ?? 0) > 0) {
    await runs.setUndone(portal, run, { after: null, count: 0, completed: false, by: [] });
    return;
  }
  const before = after === null ? [] : ((await runs.undone(portal, run))?.by ?? []);
  await runs.setUndone(portal, run, { after, count, completed, by: [...new Set([...before, id])] });
}

export const isUndoable = ({ status }: Outcome): boolean => status === 'unbound';
