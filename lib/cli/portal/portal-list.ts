import type { PendingEntry } from '../../installation/pending-grant.ts';
import { LANES } from '../../jobs/job.ts';
import { readableGrant } from '../../portal/grant-store.ts';
import type { PortalState } from '../../portal/portal-store.ts';
import { UNINSTALLED } from '../../worker/fail-remaining-jobs.ts';
import { ALL_DUE_WITHIN_MS, MOST_JOBS_COUNTED } from '../policy.ts';
import { APP_SET, portalAdvice } from '../shared/advice.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import type { Out } from '../terminal/output.ts';
import type { Column } from '../terminal/text-table.ts';
import { grantHost } from './grant-host.ts';
import { type TroubleEntry, troubleEntries, troubleLine, troubleText } from './portal-trouble.ts';

/** Never contains the address of a webhook: that is a secret as a whole. */
type Listed = {
  readonly portal: string;
  /** null: there is no grant. */
  readonly kind: 'oauth' | 'webhook' | null;
  readonly host: string | null;
  /** `unconfirmed`: an installation that is not served yet; `uninstalled`: the application was removed. */
  readonly state: 'active' | 'paused' | 'stopped' | 'uninstalled' | 'unconfirmed';
  /** Why it is stopped. */
  readonly code: string | null;
  /** When a stopped portal is tried again, ISO 8601; null: not automatically. */
  readonly nextProbeAt: string | null;
  /** What it suffers from while it is served. */
  readonly troubles: readonly TroubleEntry[];
  readonly waitingJobs: number;
  readonly addedAt: string;
};

const COLUMNS: readonly Column<Listed>[] = [
  { title: 'PORTAL', text: ({ portal }) => portal, shrinks: true },
  { title: 'GRANT', text: ({ kind }) => kind ?? 'none' },
  { title: 'HOST', text: ({ host }) => host ?? '', shrinks: true },
  { title: 'STATE', text: stateText, shrinks: true },
  { title: 'WAITING', text: ({ waitingJobs }) => String(waitingJobs), align: 'right' },
];

/** The last time that a Date can hold, ms. */
const LAST_DATE = 8.64e15;

export async function portalList(deps: CommandContext, out: Out): Promise<ExitCode> {
  const listed: Listed[] = [];
  for await (const state of deps.stores.portals.list()) listed.push(await describe(state, deps));

  for (const pending of await deps.stores.pendingGrants.list(deps.clock.now())) listed.push(describePending(pending));

  listed.sort((one, other) => one.portal.localeCompare(other.portal));
  out.table(listed, COLUMNS);
  for (const row of listed) for (const line of instructions(row, out)) out.say(line);
  if (listed.length === 0) out.say(`There are no portals yet. To add one: ${out.command('portal add --webhook URL')}`);
  return EXIT.done;
}

function stateText({ state, code, troubles }: Listed): string {
  const [trouble] = troubles;
  if (code !== null) return `${state}: ${code}`;
  return trouble === undefined ? state : `${state}, ${troubleText(trouble)}`;
}

function instructions({ portal, state, code, troubles }: Listed, out: Out): string[] {
  if (state === 'unconfirmed') {
    return [`${portal} has installed the application, but is not served yet. To confirm it: ${out.command(APP_SET)}`];
  }
  if (code !== null) return [`${portal}: ${portalAdvice(code, portal, out)}`];
  return troubles.map((entry) => troubleLine(portal, entry, out));
}

const describePending = ({ memberId, keptAt }: PendingEntry): Listed => ({
  portal: memberId,
  kind: 'oauth',
  host: null,
  state: 'unconfirmed',
  code: null,
  nextProbeAt: null,
  troubles: [],
  waitingJobs: 0,
  addedAt: new Date(keptAt).toISOString(),
});

async function describe(state: PortalState, deps: CommandContext): Promise<Listed> {
  const { portal, stop, addedAt } = state;
  const grant = readableGrant(await deps.stores.grants.read(portal));
  return {
    portal,
    kind: grant?.kind ?? null,
    host: grant === null ? null : grantHost(grant),
    state: stateOf(state),
    code: state.uninstalledAt === undefined ? (stop?.code ?? null) : UNINSTALLED,
    nextProbeAt: stop === null || stop.probeAt > LAST_DATE ? null : new Date(stop.probeAt).toISOString(),
    troubles: state.uninstalledAt === undefined ? troubleEntries(state) : [],
    waitingJobs: await waitingJobs(portal, deps),
    addedAt: new Date(addedAt).toISOString(),
  };
}

function stateOf({ paused, stop, uninstalledAt }: PortalState): Listed['state'] {
  if (uninstalledAt !== undefined) return 'uninstalled';
  if (paused) return 'paused';
  return stop === null ? 'active' : 'stopped';
}

/** Unfinished jobs, whenever they are due. */
export async function waitingJobs(portal: string, { stores, clock }: CommandContext): Promise<number> {
  const until = clock.now() + ALL_DUE_WITHIN_MS;
  const lanes = await Promise.all(LANES.map((lane) => stores.jobs.due(portal, lane, until, MOST_JOBS_COUNTED)));
  return lanes.reduce((sum, { length }) => sum + length, 0);
}
