import { stopRun } from '../../cleanup/start-run.ts';
import { FIRST_POLL_MS, nextPollMs } from '../policy.ts';
import type { CommandContext } from '../shared/command-context.ts';
import { listenForInterrupts } from '../terminal/interrupts.ts';
import type { Out } from '../terminal/output.ts';
import { NO_TERMINAL } from '../terminal/terminal.ts';
import { obstacle, type Waiting } from './await-job.ts';
import { type ProgressLine, progressLine } from './progress-line.ts';
import { progressTexts, type Reading, recent } from './progress-text.ts';
import { type RunStatus, runStatus } from './run-status.ts';

export type Following = {
  readonly portal: string;
  readonly run: string;
  /** What is being done; stands before the bar. */
  readonly label: string;
  /** null: until it is over. */
  readonly waitMs: number | null;
  /** What the first Ctrl-C does; a second one leaves in any case. */
  readonly interrupt: 'stop' | 'leave';
};

export type Followed =
  | { readonly kind: 'over'; readonly progress: RunStatus }
  /** `left`: the person did not want to wait for the end. */
  | { readonly kind: 'unfinished'; readonly progress: RunStatus; readonly why: Waiting | { readonly kind: 'left' } };

/** Shows the progress of a run until it is over, the time to wait is over, or the portal is not served. Ctrl-C ends it early. */
export async function followRun(following: Following, deps: CommandContext, out: Out): Promise<Followed> {
  const { clock, terminal = NO_TERMINAL } = deps;
  const line = progressLine(terminal.progress, following.label);
  const interrupts = listenForInterrupts(terminal);
  const giveUpAt = following.waitMs === null ? Number.POSITIVE_INFINITY : clock.now() + following.waitMs;
  let readings: Reading[] = [];
  let heard = 0;
  try {
    for (let pollMs = FIRST_POLL_MS; ; pollMs = nextPollMs(pollMs)) {
      const reading = await read(following, deps);
      readings = recent([...readings, reading], reading.at);
      const { progress } = reading;
      line.show(progress.share, progressTexts(readings));

      if (progress.phase === 'finished' || progress.phase === 'failed') return { kind: 'over', progress };
      const count = interrupts.count();
      if (count > 0 && heard === 0 && following.interrupt === 'stop') await stop(following, line, deps, out);
      heard = count;
      const why = await reasonToGo(following, heard, giveUpAt, deps);
      if (why !== null) return { kind: 'unfinished', progress, why };
      await Promise.race([clock.sleep(Math.min(pollMs, giveUpAt - clock.now())), interrupts.next()]);
    }
  } finally {
    interrupts.release();
    line.clear();
  }
}

async function read({ portal, run }: Following, { stores, clock }: CommandContext): Promise<Reading> {
  const progress = await runStatus(portal, run, stores);
  if (progress === null) throw new Error(`Run ${run} of ${portal} does not exist, or no longer does`);
  // Its job knows the plan: a run that is tried again, or resumes a scheduled one, is not named after the plan.
  const task = progress.kind === 'plan' ? (await stores.jobs.read(portal, run))?.task : undefined;
  const plan = task?.kind === 'plan' ? await stores.plans.read(portal, task.plan) : null;
  return { at: clock.now(), progress, found: plan?.items ?? null };
}

async function stop(
  { portal, run }: Following,
  line: ProgressLine,
  { stores }: CommandContext,
  out: Out,
): Promise<void> {
  await stopRun(portal, run, stores);
  line.clear();
  out.say('Stopping after the current request. Press Ctrl-C again to leave without waiting for it.');
}

async function reasonToGo(
  { portal, interrupt }: Following,
  interrupts: number,
  giveUpAt: number,
  deps: CommandContext,
): Promise<Waiting | { readonly kind: 'left' } | null> {
  if (interrupts > (interrupt === 'stop' ? 1 : 0)) return { kind: 'left' };
  return (await obstacle(portal, deps)) ?? (deps.clock.now() >= giveUpAt ? { kind: 'time' } : null);
}
