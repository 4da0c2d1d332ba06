import { forever, type Life } from '../virtual/life.ts';
import type { VirtualClock } from '../virtual/virtual-clock.ts';

/** One call through a port; `portal` if its arguments name it. */
export type PortCall = {
  readonly port: string;
  readonly method: string;
  readonly portal: string | null;
  readonly args: readonly unknown[];
};

/** What happens to a call. `throttled`: not done; `lost`: done, but the caller is told that it failed. */
export type Fate = 'fine' | 'throttled' | 'lost' | 'killed before' | 'killed after';

export type PortWatch = {
  readonly clock: VirtualClock;
  readonly life: Life;
  readonly fateOf: (call: PortCall) => Fate;
  /** Called for every call that was carried out. */
  readonly seen?: (call: PortCall, result: unknown) => void;
};

class ThrottlingException extends Error {
  override readonly name = 'ThrottlingException';
}

class LostAnswer extends Error {
  override readonly name = 'TimeoutError';
}

/** The port, with every call tracked by the clock and exposed to its fate. */
export function watchPort<Port extends object>(name: string, port: Port, watch: PortWatch): Port {
  return new Proxy(port, {
    get(target, method) {
      const member: unknown = Reflect.get(target, method, target);
      if (typeof member !== 'function' || typeof method !== 'string') return member;
      return (...args: unknown[]) => {
        if (method === 'inEpoch') return watchPort(name, Object(Reflect.apply(member, target, args)), watch);
        const call: PortCall = { port: name, method, portal: portalIn(args), args };
        const carryOut = () => Reflect.apply(member, target, args);
        return method === 'list' ? listed(call, carryOut, watch) : watched(call, carryOut, watch);
      };
    },
  });
}

/** How the ports' methods name a portal. */
function portalIn([first]: readonly unknown[]): string | null {
  if (typeof first === 'string') return first;
  const named = Array.isArray(first) ? first[0] : first;
  const { portal, memberId } = Object(named);
  const found: unknown = portal ?? memberId;
  return typeof found === 'string' ? found : null;
}

export async function watched<T>(call: PortCall, carryOut: () => Promise<T>, watch: PortWatch): Promise<T> {
  const { clock, life, fateOf, seen } = watch;
  if (life.isOver()) return forever();
  const fate = fateOf(call);
  if (fate === 'killed before') life.end();
  if (life.isOver()) return forever();
  if (fate === 'throttled') throw new ThrottlingException('Rate exceeded');

  const result = await clock
    .track(carryOut)
    .catch((error: unknown) => (life.isOver() ? forever() : Promise.reject(error)));
  seen?.(call, result);
  if (fate === 'killed after') life.end();
  if (life.isOver()) return forever();
  if (fate === 'lost') throw new LostAnswer('no answer');
  return result;
}

/** A listing is one call for each page; here each row counts as one. */
async function* listed(call: PortCall, carryOut: () => AsyncIterable<unknown>, watch: PortWatch) {
  const rows = carryOut()[Symbol.asyncIterator]();
  for (;;) {
    const row = await watched(call, () => rows.next(), watch);
    if (row.done === true) return;
    yield row.value;
  }
}
