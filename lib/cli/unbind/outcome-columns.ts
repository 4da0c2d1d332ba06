import { elementName } from '../../bitrix24/crm/parse-element.ts';
import type { Outcome } from '../../jobs/outcome.ts';
import { paintStatus } from '../terminal/paint-status.ts';
import type { Column } from '../terminal/text-table.ts';

/** An outcome as a row for people; `portals`: with the portal's name. Times are UTC. */
export function outcomeColumns({ portals }: { readonly portals: boolean }): readonly Column<Outcome>[] {
  const portal: Column<Outcome> = { title: 'PORTAL', text: ({ portal }) => portal, shrinks: true };
  return [
    { title: 'TIME (UTC)', text: ({ at }) => at.slice(0, 19).replace('T', ' ') },
    ...(portals ? [portal] : []),
    { title: 'ACTIVITY', text: ({ activityId }) => String(activityId), align: 'right' },
    { title: 'ELEMENT', text: (outcome) => elementName(outcome) },
    { title: 'STATUS', text: ({ status }) => status, paint: (text, { status }) => paintStatus(status, text) },
    { title: 'CODE', text: ({ code }) => code ?? '', explains: 'code' },
    { title: 'BY', text: ({ trigger }) => trigger },
    { title: 'CAUSE', text: ({ cause, rule }) => (rule === undefined ? cause : `${rule} (${cause})`), shrinks: true },
  ];
}
