import type { Clock } from '../../../lib/clock.ts';
import { type Crm, createCrm } from '../../../lib/simulator/crm/crm.ts';
import type { Caller, Change, Method, MethodContext, Params } from '../../../lib/simulator/method.ts';
import { MethodError } from '../../../lib/simulator/method.ts';
import { portalMethods } from '../../../lib/simulator/methods/methods.ts';

export const NOW = Date.parse('2026-11-24T12:00:00Z');

export type Emitted = { readonly event: string; readonly data: unknown; readonly userId: number | null };

/** A portal's methods and data without its server. */
export type PortalFixture = {
  readonly crm: Crm;
  readonly context: MethodContext;
  readonly changes: Omit<Change, 'at'>[];
  readonly emitted: Emitted[];
  readonly clock: Clock & { time: number };
  /** The gap of binding writes, ms. */
  window: number;
  readonly call: (method: string, params?: Params, caller?: Caller) => Promise<unknown>;
  /** The error it is refused with; fails if it is not refused. */
  readonly refusal: (method: string, params?: Params, caller?: Caller) => Promise<MethodError>;
  /** An activity's bindings now, as `2:1`. */
  readonly bindings: (activityId: number) => string[];
};

export const admin = (): Caller => ({
  userId: 1,
  isAdmin: true,
  clientId: 'local.app',
  scope: new Set(['crm', 'bizproc']),
});
export const employee = (userId = 7): Caller => ({ ...admin(), userId, isAdmin: false });
export const webhook = (): Caller => ({ ...admin(), clientId: null });

export function portalFixture(seed: unknown = {}): PortalFixture {
  const clock = fakeClock();
  const crm = createCrm(seed, clock);
  const changes: Omit<Change, 'at'>[] = [];
  const emitted: Emitted[] = [];
  const context: MethodContext = {
    clock,
    applied: (change) => void changes.push(change),
    emit: (event, data, userId) => void emitted.push({ event, data, userId }),
    writeWindowMs: () => fixture.window,
  };
  const methods = portalMethods(crm, context);
  const call = async (name: string, params: Params = {}, caller = admin()): Promise<unknown> =>
    methodOf(methods[name], name).run(params, caller);

  const fixture: PortalFixture = {
    crm: crm,
    context,
    changes,
    emitted,
    clock,
    window: 0,
    call,
    refusal: (name, params, caller) => refusalOf(call(name, params, caller)),
    bindings: (activityId) =>
      crm.bindings.rows(activityId).map(({ entityTypeId, entityId }) => `${entityTypeId}:${entityId}`),
  };
  return fixture;
}

async function refusalOf(answer: Promise<unknown>): Promise<MethodError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof MethodError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function methodOf(method: Method | undefined, name: string): Method {
  if (method === undefined) throw new Error(`no method ${name}`);
  return method;
}

/** Sleepers wake in the order of their times, one after another; nobody waits on the real clock. */
function fakeClock(): Clock & { time: number } {
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const clock = {
    time: NOW,
    now: () => clock.time,
    sleep: (ms: number) =>
      new Promise<void>((wake) => {
        sleepers.push({ until: clock.time + ms, wake });
        setImmediate(() => {
          sleepers.sort((one, other) => one.until - other.until);
          const next = sleepers.shift();
          clock.time = Math.max(clock.time, next?.until ?? 0);
          next?.wake();
        });
      }),
  };
  return clock;
}
