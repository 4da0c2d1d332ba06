import type { NewJob } from '../../jobs/job.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import { FIRST_POLL_MS, nextPollMs } from '../policy.ts';
import type { CommandContext } from '../shared/command-context.ts';

/** Why a job will not be finished soon. */
export type Waiting =
  | { readonly kind: 'time' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'stopped'; readonly code: string };

export type Awaited =
  | { readonly kind: 'finished'; readonly outcomes: readonly Outcome[]; readonly code: string | null }
  | { readonly kind: 'unfinished'; readonly outcomes: readonly Outcome[]; readonly why: Waiting };

/** Reads the store until the job is finished, `waitMs` have passed, or its portal turns out not to be served at the moment. */
export async function awaitJob(
  { portal, id }: Pick<NewJob, 'portal' | 'id'>,
  waitMs: number,
  deps: CommandContext,
): Promise<Awaited> {
  const { stores, clock } = deps;
  const giveUpAt = clock.now() + waitMs;

  for (let pollMs = FIRST_POLL_MS; ; pollMs = nextPollMs(pollMs)) {
    const job = await stores.jobs.read(portal, id);
    if (job?.phase === 'finished' || job?.phase === 'failed') {
      return { kind: 'finished', outcomes: await stores.outcomes.ofJob(portal, id), code: job.code };
    }
    const why = await obstacle(portal, deps);
    const now = clock.now();
    if (why !== null || now >= giveUpAt) {
      const outcomes = await stores.outcomes.ofJob(portal, id);
      return { kind: 'unfinished', outcomes, why: why ?? { kind: 'time' } };
    }
    await clock.sleep(Math.min(pollMs, giveUpAt - now));
  }
}

/** Why the portal's jobs are not worked on. A stopped portal whose probe is due is probed with this very job. */
export async function obstacle(portal: string, { stores, clock }: CommandContext): Promise<Waiting | null> {
  const state = await stores.portals.read(portal);
  if (state?.paused) return { kind: 'paused' };
  const stop = state?.stop ?? null;
  return stop === null || stop.probeAt <= clock.now() ? null : { kind: 'stopped', code: stop.code };
}
