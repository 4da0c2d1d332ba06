import { errorPolicy } from '../bitrix24/rest/error-policy.ts';
import type { CommandAnswer, RestCall } from '../bitrix24/rest/rest-call.ts';
import { FIRST_PROBE_MS, LONGEST_PROBE_MS } from './policy.ts';
import type { Stop, StoppedMethods } from './portal-store.ts';

/**
 * The stopped methods after a request. A method that Bitrix24 refuses as such (a scope, a tariff, a confirmation) stops and
 * is tried again ever more rarely, while all others go on; it is well again as soon as one call of it gets another answer.
 */
export function afterAnswers(
  stopped: StoppedMethods,
  calls: readonly RestCall[],
  answers: readonly CommandAnswer[],
  now: number,
): StoppedMethods {
  const refused = new Map<string, string>();
  const accepted = new Set<string>();
  for (const [index, { method }] of calls.entries()) {
    const answer = answers[index];
    if (answer === undefined || answer.kind === 'unsent') continue;
    const name = method.toLowerCase();
    const code = answer.kind === 'error' ? stopCode(method, answer) : null;
    if (code === null) accepted.add(name);
    else refused.set(name, code);
  }
  const others = Object.entries(stopped).filter(([name]) => !accepted.has(name) && !refused.has(name));
  const still = [...refused]
    .filter(([name]) => !accepted.has(name))
    .map(([name, code]) => [name, stopAfter(stopped[name], code, now)] as const);
  return Object.fromEntries([...others, ...still]);
}

/** Until when a method is stopped, ms; 0 when it may be called. */
export const stoppedUntil = (stopped: StoppedMethods, method: string, now: number): number => {
  const probeAt = stopped[method.toLowerCase()]?.probeAt ?? 0;
  return probeAt > now ? probeAt : 0;
};

function stopCode(method: string, { code, status }: Extract<CommandAnswer, { kind: 'error' }>): string | null {
  const { action, scope } = errorPolicy(method, code, status);
  return action === 'stop' && scope === 'method' ? code.toUpperCase() : null;
}

function stopAfter(before: Stop | undefined, code: string, now: number): Stop {
  // What was under way when it was stopped is no probe.
  if (before !== undefined && now < before.probeAt) return before;
  const probes = before === undefined ? 0 : before.probes + 1;
  const probeAt = now + Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** probes);
  return { code, since: before?.since ?? now, probeAt, probes };
}
