import type { Outcome } from '../../../lib/jobs/outcome.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import type { VirtualStage } from '../virtual/virtual-stage.ts';
import { bindingKey } from './audit-keys.ts';

const DELETE = 'crm.activity.binding.delete';
/** The longest that an invocation of the worker lasts. */
const FUNCTION_MS = 90_000;

/**
 * Whether the product cannot know what an attempt did: its answer was lost on the wire, or the worker that had stored the
 * intent died, or was failed by a store, before it had recorded the answer. If the binding is gone, D§3 presumes that such an
 * attempt removed it.
 */
export function doubtsOf(stage: VirtualStage, portal: SimulatedPortal): (record: Outcome) => boolean {
  const struck = portal.ledger.requests.filter(({ fault }) => fault !== null).flatMap(({ commands }) => commands);
  const lost = new Set(struck.filter(({ method }) => method === DELETE).map(({ params }) => bindingKey(params)));
  const breaks = [...deathsOf(stage, portal), ...failuresOf(stage, portal)];

  return (record) => {
    if (lost.has(bindingKey(record))) return true;
    const from = Date.parse(record.at) - record.durationMs;
    return breaks.some((at) => at >= from && at <= from + FUNCTION_MS);
  };
}

const deathsOf = ({ invocations }: VirtualStage, { memberId }: SimulatedPortal): number[] =>
  invocations.filter(({ end, portals }) => end !== 'returned' && portals.includes(memberId)).map(({ to }) => to);

const failuresOf = ({ logged }: VirtualStage, { memberId }: SimulatedPortal): number[] =>
  logged
    .map((line) => JSON.parse(line))
    .filter(({ event, portal }) => event === 'serving_failed' && portal === memberId)
    .map(({ timestamp }) => Date.parse(timestamp));
