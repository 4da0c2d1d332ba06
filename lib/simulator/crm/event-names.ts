import type { Crm } from './crm-state.ts';
import { phpText } from './php-text.ts';

const CHANGES = ['ADD', 'UPDATE', 'DELETE'];
const CRM_KINDS = ['LEAD', 'DEAL', 'CONTACT', 'COMPANY', 'QUOTE', 'ACTIVITY', 'DYNAMICITEM'];

/** Events of the application itself; they need no scope (B§5.2). */
const APP_EVENTS = ['ONAPPINSTALL', 'ONAPPUPDATE', 'ONAPPUNINSTALL', 'ONAPPTEST', 'ONOFFLINEEVENT'];

/** Events that carry a refresh token as well; ONAPPUNINSTALL carries no token at all (B§5.2). */
export const EVENTS_WITH_REFRESH: ReadonlySet<string> = new Set([
  'ONAPPINSTALL',
  'ONAPPUPDATE',
  'ONAPPTEST',
  'ONOFFLINEEVENT',
]);

/** For application subscriptions only, never for an outbound webhook (B§5.2). */
export const APP_ONLY_EVENTS: ReadonlySet<string> = new Set([...APP_EVENTS, 'ONCRMDEALMOVETOCATEGORY']);

/** The events a subscriber with this scope can bind; outside the scope an event does not exist for it (B§5.3). */
export function eventNames(crm: Crm, scope: ReadonlySet<string>): string[] {
  if (!scope.has('crm')) return APP_EVENTS;
  const smart = [...crm.smartTypes.keys(), 31].map((id) => `_${id}`);
  const dynamic = CHANGES.flatMap((change) => smart.map((id) => `ONCRMDYNAMICITEM${change}${id}`));
  const own = CRM_KINDS.flatMap((kind) => CHANGES.map((change) => `ONCRM${kind}${change}`));
  return [...APP_EVENTS, ...own, 'ONCRMDEALMOVETOCATEGORY', ...dynamic];
}

/** Whether a subscription to `bound` receives `event`: a smart process has event names of its own (B§5.2). */
export function isMeant(bound: string, event: string, data: { readonly [key: string]: unknown }): boolean {
  const fields = data.FIELDS;
  const type =
    typeof fields === 'object' && fields !== null && 'ENTITY_TYPE_ID' in fields ? fields.ENTITY_TYPE_ID : null;
  return bound === event || (type !== null && bound === `${event}_${phpText(type)}`);
}
