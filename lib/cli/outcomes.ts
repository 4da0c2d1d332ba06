import type { Outcome, Status } from '../unbind/outcome.ts';
import type { CommandMeans } from './command-means.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Out } from './out.ts';
import { outcomeColumns } from './outcome-columns.ts';

export type OutcomesArgs = {
  /** Absent: of all portals. */
  readonly portal?: string;
  readonly activity?: number;
  readonly status?: Status;
  /** Not older than this, ms. */
  readonly since?: number;
  readonly limit: number;
};

/** Newest first. Nothing found is a result too. */
export async function outcomes(means: CommandMeans, args: OutcomesArgs, out: Out): Promise<ExitCode> {
  const portals = args.portal === undefined ? await allPortals(means) : [args.portal];
  const found = (await Promise.all(portals.map((portal) => newest(portal, means, args)))).flat();
  found.sort((one, other) => other.at.localeCompare(one.at));

  const shown = found.slice(0, args.limit);
  out.table(shown, outcomeColumns({ portals: portals.length > 1 }));
  if (shown.length === 0) out.say('No outcomes match.');
  if (shown.length === args.limit) out.say(`These are the ${args.limit} newest at most; --limit shows more.`);
  return EXIT.done;
}

async function allPortals({ stores }: CommandMeans): Promise<string[]> {
  const names: string[] = [];
  for await (const { portal } of stores.portals.list()) names.push(portal);
  return names;
}

async function newest(portal: string, { stores, clock }: CommandMeans, args: OutcomesArgs): Promise<Outcome[]> {
  const { activity, status, since, limit } = args;
  const found: Outcome[] = [];
  const filter = {
    portal,
    ...(activity === undefined ? {} : { activityId: activity }),
    ...(status === undefined ? {} : { status }),
    ...(since === undefined ? {} : { since: clock.now() - since }),
  };
  for await (const outcome of stores.outcomes.list(filter)) {
    if (found.push(outcome) >= limit) break;
  }
  return found;
}
