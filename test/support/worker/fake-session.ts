import { errorPolicy } from '../../../lib/bitrix24/rest/error-policy.ts';
import type { Allotment, RateBudget } from '../../../lib/bitrix24/rest/rate-budget.ts';
import type { Asked, CommandAnswer, RestAnswer, RestCall } from '../../../lib/bitrix24/rest/rest-call.ts';
import { planUnbind } from '../../../lib/jobs/plan-unbind.ts';
import { NOTHING_LEFT } from '../../../lib/jobs/planner.ts';
import type { LogFields } from '../../../lib/log.ts';
import type { PortalApi } from '../../../lib/portal/portal-api.ts';
import type { StoppedMethods } from '../../../lib/portal/portal-store.ts';
import type { HeldLock } from '../../../lib/worker/portal-lock.ts';
import { ReadingLimit } from '../../../lib/worker/request/reading-limit.ts';
import type { Session } from '../../../lib/worker/request/session.ts';
import type { WorkerPorts } from '../../../lib/worker/worker-ports.ts';
import { type JumpingClock, jumpingClock } from '../jumping-clock.ts';
import { MemoryPortals } from './memory-portals.ts';
import { MemoryIntents, MemoryJobs, MemoryOutcomes } from './memory-stores.ts';
import { PORTAL, resultOf } from './samples.ts';

/** An answer that no command can get stands for a request that failed. */
export function askedOf(answers: readonly RestAnswer[]): Asked {
  const failure = answers.find((answer) => answer.kind === 'unanswered' || isOfPortal(answer));
  if (failure !== undefined && failure.kind !== 'result') return { kind: 'failed', failure };
  return { kind: 'answered', answers: answers as readonly CommandAnswer[] };
}

const isOfPortal = (answer: RestAnswer): boolean =>
  answer.kind === 'error' && answer.status !== null && errorPolicy('', answer.code, answer.status).scope === 'portal';

/** A portal that answers every call as `answer` says, `true` unless told otherwise, and notes what it was sent. */
export class FakePortalApi implements PortalApi {
  readonly sent: RestCall[][] = [];
  answer: (call: RestCall) => RestAnswer | Promise<RestAnswer> = () => resultOf(true);
  /** Until when a method rests, ms. */
  readonly resting = new Map<string, number>();
  wait: { readonly [allotment in Allotment]: number } = { all: 0, half: 0 };
  places = 50;
  msOfCall = 0;

  stopped: StoppedMethods = {};
  /** How it answers the neutral call. */
  neutral: RestAnswer = resultOf([]);

  async ask(calls: readonly RestCall[]): Promise<Asked> {
    const [first] = calls;
    if (first?.method === 'crm.enum.ownertype') return askedOf([this.neutral]);
    this.sent.push([...calls]);
    return askedOf(await Promise.all(calls.map(async (call) => await this.answer(call))));
  }

  waitMs(allotment: Allotment = 'all'): number {
    return this.wait[allotment];
  }

  restingUntil(method: string): number {
    return this.resting.get(method) ?? 0;
  }

  stoppedMethods(): StoppedMethods {
    return this.stopped;
  }

  room(): number {
    return this.places;
  }

  callMs(): number {
    return this.msOfCall;
  }

  budget(): RateBudget {
    return { level: this.sent.length, at: 0, resting: {} };
  }
}

export type FakePorts = WorkerPorts & {
  readonly jobs: MemoryJobs;
  readonly outcomes: MemoryOutcomes;
  readonly intents: MemoryIntents;
  readonly portals: MemoryPortals;
  readonly clock: JumpingClock;
  readonly api: FakePortalApi;
  readonly logged: (LogFields & { readonly name: string })[];
};

/** All ports of a worker in memory. Unbind jobs are planned as in production; all other jobs have nothing left to do. */
export function fakePorts(): FakePorts {
  const api = new FakePortalApi();
  const logged: FakePorts['logged'] = [];
  const note = (name: string, fields: LogFields = {}) => void logged.push({ ...fields, name });
  const nothing = async () => NOTHING_LEFT;
  const outcomes = new MemoryOutcomes();
  let ids = 0;
  return {
    jobs: new MemoryJobs(),
    outcomes,
    lastChanges: outcomes,
    intents: new MemoryIntents(),
    portals: new MemoryPortals(),
    planners: {
      unbind: planUnbind,
      element_changed: nothing,
      activity_changed: nothing,
      sweep: nothing,
      plan: nothing,
      apply: nothing,
      undo: nothing,
      register: nothing,
      explain: nothing,
    },
    waitDays: { asked: 3, event: 7 },
    isTransient: () => false,
    isLasting: () => false,
    openPortal: async () => api,
    clock: jumpingClock(),
    random: () => 0.5,
    randomId: () => `id-${++ids}`,
    log: { info: note, warn: note, error: note },
    api,
    logged,
  };
}

/** A session over fake ports, with nothing under way, whose lock always holds. */
export function fakeSession(changes: Partial<Session> = {}): Session & { readonly ports: FakePorts } {
  const ports = fakePorts();
  const ask = async () => ({ ok: true, result: [] }) as const;
  return {
    portal: PORTAL,
    api: ports.api,
    asks: { all: ask, half: ask },
    reading: new ReadingLimit(ports.api, ports.clock),
    openIntents: [],
    leftOut: new Set(),
    backlog: [],
    trouble: null,
    troubledJobs: [],
    failedAnswers: new Map(),
    troubledTurn: false,
    deadline: { allows: () => true },
    restarts: 0,
    probing: false,
    proven: false,
    lock: heldLock(ports),
    careful: false,
    progressed: false,
    ...changes,
    ports,
  };
}

/** A lock that always holds. */
const heldLock = (ports: FakePorts): HeldLock => ({
  owner: 'me',
  state: ports.portals.row(),
  renewIfNeeded: async () => {},
  continue: async () => ports.portals.row(),
});
