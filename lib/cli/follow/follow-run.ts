import { stopRun } from '../../cleanup/runs/start-run.ts';
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
  /** Before the bar: what is being done. */
  readonly label: string;
  /** null: until it is over. */
  readonly waitMs: number | null;
  /** What the first Ctrl-C does; another one leaves in any case. */
  readonly interrupt: 'stop' | 'leave';
};

export type Followed =
  | { readonly kind: 'over'; readonly progress: RunStatus }
  /** `left`: the person did not want to wait for the end. */
  | { readonly kind: 'unfinished'; readonly progress: RunStatus; readonly why: Waiting | { readonly kind: 'left' } };

const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 1_000;

/** Shows how far a run is until it is over, the time is up, or the portal is not served. Ctrl-C lets it end early. */
export async function followRun(following: Following, deps: CommandContext, out: Out): Promise<Followed> {
  const { clock, terminal = NO_TERMINAL } = deps;
  const line = progressLine(terminal.progress, following.label);
  const interrupts = listenForInterrupts(terminal);
  const giveUpAt = following.waitMs === null ? Number.POSITIVE_INFINITY : clock.now() + following.waitMs;
  let readings: Reading[] = [];
  let heard = 0;
  try {
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(LONGEST_POLL_MS, pollMs * 1.5)) {
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
  if (progress === null) throw new Error(`There is no run ${run} of ${portal}, or no longer`);
  // Its job knows the plan: a run that tries again, or goes on with one of the schedule, is not named after it.
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
  out.say('Stopping after the request that is under way. Ctrl-C again: do not wait for that.');
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
