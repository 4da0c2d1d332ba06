import type { AwsStores } from '../../../lib/aws/aws-stores.ts';
import { startApply, startPlan, startSweep, startUndo } from '../../../lib/cleanup/start-run.ts';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import { seededRandom } from '../../support/virtual/seeded-random.ts';
import { type BenchStage, benchStage } from './bench-stage.ts';
import { drainByDyingWorkers } from './drain-by-dying-workers.ts';
import { naiveMatches, naiveNeeds, pairKey } from './naive-rules.ts';
import { overrideMethods } from './override-methods.ts';
import { ROBOTS_FROM, simulateRobots } from './simulate-robots.ts';

export type SweepOptions = {
  readonly deals: number;
  readonly seed: string;
  /** Processes die again and again, and no robots call. */
  readonly dying?: boolean;
  /** Without the second sweep and the undo, a measurement takes half the time. */
  readonly undo?: boolean;
  readonly secondSweep?: boolean;
};

export type SweepFigures = {
  readonly activities: number;
  readonly bindings: number;
  /** By an independent evaluation: the least that has to be read, and how many pairs match before and after. */
  readonly listPages: number;
  readonly candidates: number;
  readonly matchesBefore: number;
  readonly matchesAfter: number;
  readonly planned: number;
  readonly unbound: number;
  /** Outcomes of the run other than `unbound`. */
  readonly others: number;
  /** Removed pairs that matched no rule; activities left without any binding. */
  readonly wrong: number;
  readonly bare: number;
  /** HTTP requests of plan and apply without those of robots; their bound: 1.1 × ⌈(pages + candidates + deletions) / 50⌉. */
  readonly requests: number;
  readonly bound: number;
  /** Answers that say we ask too often: 503, 429. */
  readonly troubles: number;
  /** Removals and refused calls of a second sweep over the same portal. */
  readonly removedAgain: number;
  readonly refusedAgain: number;
  readonly minutes: number;
  /** The longest checkpoint that a job stored, in characters. */
  readonly longestCheckpoint: number;
  readonly robots: number;
  readonly robotP99Ms: number;
  /** Processes that it took: one for each step if none dies. */
  readonly processes: number;
  /** Outcomes of the undo that are `bound`; pairs of the portal that differ from the beginning. */
  readonly restored: number;
  readonly different: number;
  /** Removed bindings to elements that do not exist: they cannot be restored. */
  readonly unrestorable: number;
};

/** Plans, applies and undoes the built-in rules on a portal with this many deals. */
export async function measureSweep(options: SweepOptions): Promise<SweepFigures> {
  const stage = await benchStage(options.deals, options.seed);
  try {
    return await measure(stage, options);
  } finally {
    await stage.close();
  }
}

async function measure(
  stage: BenchStage,
  { seed, dying = false, undo = true, secondSweep = undo }: SweepOptions,
): Promise<SweepFigures> {
  const { clock, member, deps, portal } = stage;
  const crm = portal.crm();
  const needs = naiveNeeds(crm, clock.now());
  const matching = naiveMatches(crm, clock.now()).map(({ pair }) => pair);
  const before = pairsOf(stage);
  const startedAt = clock.now();
  const robots = simulateRobots(stage.stores, portal, clock);
  const random = seededRandom(`${seed} deaths`);
  let longestCheckpoint = 0;
  const watchedJobs = (jobs: AwsStores['jobs']) =>
    overrideMethods(jobs, {
      async advance(job, progress, now) {
        longestCheckpoint = Math.max(longestCheckpoint, JSON.stringify(progress.cursor).length);
        await jobs.advance(job, progress, now);
      },
    });
  const work = async (): Promise<number> => {
    if (dying) return await drainByDyingWorkers(stage, random);
    await stage.drain(stage.newWorker({ ...robots.stores, jobs: watchedJobs(robots.stores.jobs) }));
    return 1;
  };

  const { plan } = await startPlan(member, deps);
  let processes = await work();
  const planned = (await deps.plans.read(member, plan))?.items ?? 0;
  const applied = await startApply(member, plan, deps);
  processes += await work();
  const run = applied.kind === 'started' ? applied.run : '';
  const outcomes = await stage.stores.outcomes.ofJob(member, run);
  const minutes = (clock.now() - startedAt) / 60_000;
  const waits = await robots.waits();
  const traffic = trafficOf(stage);
  const matched = new Set(matching);
  const afterwards = {
    matchesAfter: naiveMatches(crm, clock.now()).length,
    wrong: outcomes.filter((outcome) => isUnbound(outcome) && !matched.has(pairKey(outcome.activityId, outcome)))
      .length,
    bare: [...crm.activities.all()].filter(({ id }) => crm.bindings.rows(id).length === 0).length,
  };

  if (secondSweep) {
    await startSweep(member, deps);
    processes += await work();
  }
  const secondDeletions = deletionsOf(stage).slice(traffic.deletions);

  const undoing = undo ? await startUndo(member, run, deps) : null;
  if (undo) processes += await work();
  const undone = undoing?.kind === 'started' ? await stage.stores.outcomes.ofJob(member, undoing.run) : [];
  return {
    activities: stage.size.activities,
    bindings: stage.size.bindings,
    ...needs,
    ...afterwards,
    matchesBefore: matching.length,
    planned,
    unbound: outcomes.filter(isUnbound).length,
    others: outcomes.filter((outcome) => !isUnbound(outcome)).length,
    requests: traffic.requests,
    bound: Math.floor(1.1 * Math.ceil((needs.listPages + needs.candidates + traffic.deletions) / 50)),
    troubles: traffic.troubles,
    removedAgain: secondDeletions.filter(({ error }) => error === null).length,
    refusedAgain: secondDeletions.filter(({ error }) => error !== null).length,
    minutes,
    longestCheckpoint,
    robots: waits.length,
    robotP99Ms: waits[Math.ceil(waits.length * 0.99) - 1] ?? 0,
    processes,
    restored: undone.filter(({ status }) => status === 'bound').length,
    different: differences(before, pairsOf(stage)),
    unrestorable: outcomes.filter((outcome) => isUnbound(outcome) && outcome.entityTypeId === 7).length,
  };
}

const isUnbound = ({ status }: Outcome): boolean => status === 'unbound';

/** A robot's deletion is a request of its own, or part of one that is counted anyway. */
function trafficOf(stage: BenchStage) {
  const own = stage.portal.ledger.requests.filter(({ host }) => host === 'portal');
  const requests = own.filter(({ commands }) => !commands.every(isRobots));
  return {
    requests: requests.length,
    deletions: deletionsOf(stage).length,
    troubles: own.filter(({ status }) => status === 503 || status === 429).length,
  };
}

const isRobots = ({ params }: { params: { readonly [name: string]: unknown } }): boolean =>
  Number(params.activityId) >= ROBOTS_FROM;

/** The deletions of runs, without those of robots. */
const deletionsOf = ({ portal }: BenchStage) =>
  portal.ledger.requests
    .flatMap(({ commands }) => commands)
    .filter((command) => command.method === 'crm.activity.binding.delete' && !isRobots(command));

/** All bindings, without those of the robots' activities. */
function pairsOf({ portal, size }: BenchStage): Set<string> {
  const crm = portal.crm();
  const own = [...crm.activities.all()].filter(({ id }) => id <= size.activities);
  return new Set(own.flatMap(({ id }) => crm.bindings.rows(id).map((row) => pairKey(id, row))));
}

const differences = (one: ReadonlySet<string>, other: ReadonlySet<string>): number =>
  one.difference(other).size + other.difference(one).size;
