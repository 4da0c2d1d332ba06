import type { Asked } from '../../../lib/bitrix24/rest/rest-call.ts';
import { type WakeUp, wakePortal } from '../../../lib/jobs/wake-portal.ts';
import { processBatch } from '../../../lib/worker/process-batch.ts';
import { fakePorts } from '../worker/fake-session.ts';
import { jobOf, NOW, PORTAL, resultOf, unbindTaskOf } from '../worker/samples.ts';
import type { Execution, Transition } from './explore.ts';

export type WakeUpCase = {
  /** When the job of each trigger is due, ms after the start: later ones make the worker rest. */
  readonly dueAfter: readonly number[];
  /** How many workers may die. (What a trigger that dies before it has sent its wake-up leaves is found by the schedule.) */
  readonly deaths: number;
  /** How many messages the queue may deliver twice. */
  readonly repeats: number;
};

type Message = { readonly id: number; readonly wakeUp: WakeUp; readonly visibleAt: number };
type Step = {
  readonly name: string;
  readonly carryOut: () => Promise<unknown>;
  readonly resolve: (result: never) => void;
};
type Process = { readonly name: string; history: string; steps: Step[]; message: Message | null; over: boolean };

const VISIBILITY_MS = 120_000;
const CONCURRENT_WORKERS = 2;
const ALWAYS = { allows: () => true };

/** The steps of a process: what others can see, and the first look at the jobs. */
const STEPS = {
  portals: ['markWakePending', 'beginServing', 'continueServing', 'endServing', 'keepServing', 'deferWakeUp'],
  jobs: ['due'],
};

/**
 * The real trigger and the real worker of one portal, with its stores and its queue in memory. Each step of a process waits until
 * the explorer lets it happen, so that any number of steps of other processes, deaths, deliveries and passing time lie between two.
 */
export function wakeUpExecution({ dueAfter, deaths, repeats }: WakeUpCase): Execution {
  const ports = fakePorts();
  const deleted: number[] = [];
  const processes: Process[] = [];
  let messages: Message[] = [];
  let intrusion: string | null = null;
  let [sent, workers, deathsLeft, repeatsLeft] = [0, 0, deaths, repeats];
  const now = () => ports.clock.now();

  /** A port of one process: the named methods are steps of it. */
  const stepping = <Port extends object>(process: Process, port: Port, steps: readonly string[]): Port =>
    new Proxy(port, {
      get(target, method) {
        const member: unknown = Reflect.get(target, method, target);
        if (typeof member !== 'function' || typeof method !== 'string') return member;
        if (method === 'inEpoch') return () => stepping(process, port, steps);
        const carryOut = (args: unknown[]): Promise<unknown> => Reflect.apply(member, target, args);
        return (...args: unknown[]) =>
          steps.includes(method) && !isFurtherLook(method, args)
            ? step(process, method, () => carryOut(args))
            : carryOut(args);
      },
    });

  /** Only robots' jobs are there, and what is due later is looked at after what is due now. */
  const isFurtherLook = (method: string, [, lane, until]: unknown[]): boolean =>
    method === 'due' && (lane !== 'robot' || Number(until) > now());

  const step = (process: Process, name: string, carryOut: () => Promise<unknown>): Promise<never> =>
    new Promise((resolve) => {
      process.steps.push({ name, carryOut, resolve });
    });

  const queueOf = (process: Process) => ({
    send: (wakeUp: WakeUp, delayMs = 0) =>
      step(process, 'send', async () => {
        sent += 1;
        messages.push({ id: sent, wakeUp, visibleAt: now() + delayMs });
      }),
  });

  function start(name: string, message: Message | null, run: (process: Process) => Promise<unknown>): void {
    const process: Process = { name, history: '', steps: [], message, over: false };
    processes.push(process);
    void run(process).then(() => {
      process.over = true;
    });
  }

  function trigger(index: number, after: number): void {
    start(`trigger ${index}`, null, async (process) => {
      const job = jobOf({ id: `job-${index}`, task: unbindTaskOf(900 + index), dueAt: NOW + after });
      await step(process, 'write job', async () => ports.jobs.put(job));
      await wakePortal(PORTAL, {
        portals: stepping(process, ports.portals, STEPS.portals),
        wakeUps: queueOf(process),
        clock: ports.clock,
      });
    });
  }

  function worker(message: Message): void {
    workers += 1;
    const name = `worker ${workers}`;
    let ids = 0;
    start(name, message, async (process) => {
      const own = {
        ...ports,
        portals: stepping(process, ports.portals, STEPS.portals),
        jobs: stepping(process, ports.jobs, STEPS.jobs),
        randomId: () => `${name}.${++ids}`,
        openPortal: async () => apiOf(name),
      };
      const wakeUps = [{ ...message.wakeUp, messageId: 'message' }];
      const returned = await processBatch(own, queueOf(process), wakeUps, ALWAYS);
      if (returned.length > 0) messages.push({ ...message, visibleAt: now() + VISIBILITY_MS });
    });
  }

  /** Deletes bindings, and shows that they are gone; only for the worker that has the lock. */
  const apiOf = (name: string) => ({
    ask: async (calls: readonly { readonly method: string; readonly params: object }[]): Promise<Asked> => {
      const answers = calls.map(({ method, params }) => {
        const holder = ports.portals.row().lock?.owner ?? 'nobody';
        if (!holder.startsWith(`${name}.`)) intrusion ??= `${name} sends while ${holder} has the lock`;
        if (method === 'crm.activity.binding.delete') deleted.push(Number(Reflect.get(params, 'activityId')));
        return resultOf(method === 'crm.activity.binding.delete' ? true : [{ entityTypeId: 3, entityId: 5 }]);
      });
      return { kind: 'answered', answers };
    },
    waitMs: () => 0,
    restingUntil: () => 0,
    stoppedMethods: () => ({}),
    room: () => 50,
    callMs: () => 0,
    budget: () => ({ level: 0, at: 0, resting: {} }),
  });

  const running = () => processes.filter(({ over }) => !over);
  const runningWorkers = () => running().filter(({ message }) => message !== null);

  function happen(process: Process, current: Step): void {
    process.steps = process.steps.filter((one) => one !== current);
    void current.carryOut().then((result) => {
      process.history += ` ${current.name}=${JSON.stringify(result) ?? ''}`;
      current.resolve(result as never);
    });
  }

  function die(process: Process): void {
    deathsLeft -= 1;
    process.over = true;
    if (process.message !== null) messages.push({ ...process.message, visibleAt: now() + VISIBILITY_MS });
  }

  function deliver(message: Message, again: boolean): void {
    if (again) repeatsLeft -= 1;
    else messages = messages.filter((one) => one !== message);
    worker(message);
  }

  /** The next time at which something can change by itself. */
  function nextTime(): number | null {
    const { lock } = ports.portals.row();
    const times = [...messages.map(({ visibleAt }) => visibleAt), ...(lock === undefined ? [] : [lock.until + 5_000])];
    const ahead = times.filter((time) => time > now());
    return ahead.length === 0 ? null : Math.min(...ahead);
  }

  for (const [index, after] of dueAfter.entries()) trigger(index, after);

  return {
    transitions() {
      const all: Transition[] = [];
      for (const process of running()) {
        for (const current of process.steps) {
          all.push({ name: `${process.name}: ${current.name}`, happen: () => happen(process, current) });
        }
      }
      if (runningWorkers().length < CONCURRENT_WORKERS) {
        for (const message of messages.filter(({ visibleAt }) => visibleAt <= now())) {
          all.push({ name: `message ${message.id} comes`, happen: () => deliver(message, false) });
          if (repeatsLeft > 0)
            all.push({
              name: `message ${message.id} comes, not for the last time`,
              happen: () => deliver(message, true),
            });
        }
      }
      if (deathsLeft > 0) {
        for (const process of runningWorkers()) all.push({ name: `${process.name} dies`, happen: () => die(process) });
      }
      const next = nextTime();
      // Once everything is done, passing time changes nothing.
      if (next !== null && (messages.length > 0 || running().length > 0)) {
        all.push({ name: 'time passes', happen: () => ports.clock.jumpTo(next) });
      }
      return all;
    },
    state: () =>
      JSON.stringify([
        now() - NOW,
        ports.portals.row(),
        [...ports.jobs.jobs.values()].map(({ id, phase, dueAt, slice }) => [id, phase, dueAt, slice]),
        [...ports.intents.intents.keys()],
        messages.map(({ wakeUp, visibleAt }) => [wakeUp.dueAt, visibleAt]),
        running().map(({ history, steps, message }) => [history, steps.map(({ name }) => name), message?.wakeUp.dueAt]),
        [deathsLeft, repeatsLeft, deleted],
      ]),
    check() {
      if (intrusion !== null) throw new Error(intrusion);
      if (new Set(deleted).size < deleted.length) throw new Error(`deleted twice: ${deleted.join(', ')}`);
      if (messages.length > MOST_MESSAGES) throw new Error(`${messages.length} messages wait`);
    },
    checkEnd() {
      const waiting = [...ports.jobs.jobs.values()].filter(({ phase }) => phase === 'waiting');
      if (waiting.length > 0) throw new Error(`forgotten: ${waiting.map(({ id }) => id).join(', ')}`);
    },
  };
}

/** One for each trigger, one of the worker's own, and those that a death or a repetition brings back. */
const MOST_MESSAGES = 5;
