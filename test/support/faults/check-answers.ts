import type { Outcome } from '../../../lib/jobs/outcome.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import { jobIdOf } from './audit-keys.ts';
import type { Played } from './play-triggers.ts';

/** Workflows that still wait although their call was accepted, or that continued with other numbers than their records. */
export function checkAnswers(portal: SimulatedPortal, own: readonly Played[], records: readonly Outcome[]): string[] {
  const byJob = Map.groupBy(records, ({ id }) => id.slice(0, id.indexOf('/')));
  return own.flatMap(({ trigger: { eventToken, workflowId }, accepted }) => {
    const workflow = portal.crm().workflows.get(workflowId ?? '');
    if (eventToken === null || workflow === undefined || (!accepted && workflow.state === 'waiting')) return [];
    const expected = JSON.stringify(expectedOf(byJob.get(jobIdOf(eventToken)) ?? []));
    const { status, unbound, refused } = workflow.returnValues ?? {};
    const told = JSON.stringify({ status, unbound, refused });
    return told === expected ? [] : [`${portal.memberId} ${workflow.id} ${workflow.state}: ${told} for ${expected}`];
  });
}

/** What a workflow must be told about these records (D§7). */
function expectedOf(records: readonly Outcome[]) {
  const numberOf = (status: Outcome['status']) => String(records.filter((record) => record.status === status).length);
  const statuses = [...new Set(records.map(({ status }) => status))];
  return {
    // A job that failed before it was planned has no commands.
    status: statuses.length > 1 ? 'partial' : (statuses[0] ?? 'failed'),
    unbound: numberOf('unbound'),
    refused: numberOf('refused'),
  };
}
