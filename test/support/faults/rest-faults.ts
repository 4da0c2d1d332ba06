import type { RestCall } from '../../../lib/bitrix24/rest/rest-call.ts';
import type { Fault, FaultKind } from '../../../lib/simulator/fault-script.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { type Random, seededRandom } from '../virtual/seeded-random.ts';

const html = (status: number): FaultKind => ({ status, body: `<html><body>${status}</body></html>` });
const error = (code: string): FaultKind => ({ error: { code } });
/** A portal works on a request for up to a minute after its client has gone (B§3, B§8.3). */
const LONGEST_LATE_MS = 60_000;
/** Never a whole number: that is how the servers' clock recognises a late change (stage-portals.ts). */
const lateMs = (random: Random): number => random.between(1, LONGEST_LATE_MS) - 0.5;

type Trouble = (portal: SimulatedPortal, call: RestCall, random: Random) => void;

const whole =
  (fault: (random: Random) => Fault): Trouble =>
  (portal, { method }, random) =>
    portal.script({ ...fault(random), method });

/** Strikes one command of a batch; a plain call is struck as a whole. */
const inBatch =
  (fault: (random: Random) => Fault): Trouble =>
  (portal, call, random) => {
    if (call.method !== 'batch') return portal.script({ ...fault(random), method: call.method });
    portal.script({ ...fault(random), inBatch: true, nth: random.between(1, methodsIn(call).length) });
  };

/** The methods that a request calls, in order: those of a batch, or its own. */
function methodsIn({ method, params }: RestCall): string[] {
  if (method !== 'batch') return [method];
  return Object.values(Object(params.cmd)).map((command) => String(command).split('?')[0] ?? '');
}

/** The activity layer's error of an earlier command (B§2.1): only ever inside a batch, and only of these methods. */
function staleError(portal: SimulatedPortal, call: RestCall, random: Random): void {
  const method = 'crm.activity.binding.delete';
  const deletes = methodsIn(call).filter((name) => name === method).length;
  if (call.method !== 'batch' || deletes === 0) return;
  portal.script({ method, inBatch: true, nth: random.between(1, deletes), kind: error('0') });
}

/** Every kind of trouble that a portal or the network can cause, all equally likely. */
const TROUBLES: readonly [Trouble, ...Trouble[]] = [
  whole(() => ({ kind: 'close', when: 'before' })),
  whole(() => ({ kind: 'close', when: 'after' })),
  whole((random) => ({ kind: 'close', when: 'after', late: lateMs(random) })),
  whole(() => ({ kind: error('INTERNAL_SERVER_ERROR') })),
  whole(() => ({ kind: html(500), when: 'after' })),
  whole(() => ({ kind: html(502), when: 'before' })),
  whole(() => ({ kind: html(502), when: 'after' })),
  whole((random) => ({ kind: html(504), when: 'after', late: lateMs(random) })),
  whole(() => ({ kind: html(503), when: 'before' })),
  whole((random) => ({ kind: html(random.pick([401, 403, 404, 413])), when: 'before' })),
  whole(() => ({ kind: { status: 401, body: '{"error":"a code that nobody has documented"}' }, when: 'before' })),
  whole(() => ({
    kind: { status: 200, body: '<b>Warning</b>: in /rest.php on line 7\n{"result":true}' },
    when: 'after',
  })),
  whole(() => ({ kind: error('QUERY_LIMIT_EXCEEDED') })),
  whole(() => ({ kind: error('CONNECTION_ERROR') })),
  whole(() => ({ kind: { status: 200, body: '{"result":{"result":{"c0":tr' }, when: 'after' })),
  whole(() => ({ kind: { status: 200, body: '' }, when: 'after' })),
  (portal) => portal.expireTokens(),
  inBatch(() => ({ kind: error('OPERATION_TIME_LIMIT') })),
  staleError,
  inBatch(() => ({ kind: error('expired_token') })),
  inBatch(() => ({ kind: error('QUERY_LIMIT_EXCEEDED') })),
  inBatch(() => ({ kind: 'close', when: 'before' })),
  inBatch(() => ({ kind: 'close', when: 'after' })),
  inBatch((random) => ({ kind: 'close', when: 'after', late: lateMs(random) })),
];

/** A manual block (B§8.3): the portal is stopped and probed later, so this is rarer than the rest. */
const OVERLOAD: Trouble = whole(() => ({ kind: error('OVERLOAD_LIMIT') }));
const OVERLOADS = 0.01;

/** Makes the next request meet trouble, with the given probability and from the portal's own random stream. */
export function restFaults(seed: string, probability: number): (portal: SimulatedPortal, call: RestCall) => void {
  const streams = new Map<SimulatedPortal, Random>();
  return (portal, call) => {
    const random = streams.get(portal) ?? seededRandom(`${seed} rest ${portal.memberId}`);
    streams.set(portal, random);
    if (!random.chance(probability)) return;
    const trouble = random.chance(OVERLOADS) ? OVERLOAD : random.pick(TROUBLES);
    trouble(portal, call, random);
  };
}
