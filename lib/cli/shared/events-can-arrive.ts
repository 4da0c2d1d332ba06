import type { Config } from '../../config.ts';
import type { Grant } from '../../portal/grant.ts';

/** An application subscribes to events itself; those of a webhook need the token of an outbound one (B§5.2). */
export const eventsCanArrive = (grant: Grant | null): boolean =>
  grant?.kind !== 'webhook' || grant.applicationToken !== null;

/** What a person has to do so that they arrive, up to the command that stores the token. */
export const howEventsArrive = ({ publicUrl }: Config): string =>
  `create an outbound webhook in the portal that calls ${publicUrl === '' ? 'the address …/event of the stack' : `${publicUrl}/event`}, then pass its token`;
