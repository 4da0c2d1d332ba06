import type { Element } from '../crm/element.ts';
import { typeIdOf } from '../crm/parse-element.ts';
import { parseId } from '../crm/parse-id.ts';
import { type Form, textAt } from './form.ts';
import {
  type InboundAuth,
  type InstallTokens,
  type Rejection,
  readAuth,
  readInstallTokens,
  rejection,
} from './inbound-auth.ts';

export type ChangeAction = 'add' | 'update' | 'delete' | 'move';

/** What an event says has happened (B§5.2). */
export type PortalChange =
  | { readonly kind: 'activity'; readonly action: ChangeAction; readonly activityId: number }
  | { readonly kind: 'element'; readonly action: ChangeAction; readonly element: Element }
  /** The application was installed, for the first time or again, or updated to a new version. Each brings tokens. */
  | { readonly kind: 'install' | 'update'; readonly tokens: InstallTokens }
  | { readonly kind: 'uninstall' }
  | { readonly kind: 'other' };

export type InboundEvent = {
  readonly kind: 'event';
  /** In upper case, as names are compared without regard to case (B§5.2). */
  readonly name: string;
  readonly auth: InboundAuth;
  /** When the portal built the event, by its own clock, ms (B§5.1); null when the event does not say. */
  readonly builtAt: number | null;
  readonly change: PortalChange;
};

/** Matched as it was sent: in upper case some letters outside ASCII become S or I. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const SECONDS = /^[1-9]\d{0,11}$/;
const ACTIVITY = /^ONCRMACTIVITY(ADD|UPDATE|DELETE)$/;
const ELEMENT = /^ONCRM(LEAD|DEAL|CONTACT|COMPANY|QUOTE)(ADD|UPDATE|DELETE)$/;
const ITEM = /^ONCRMDYNAMICITEM(ADD|UPDATE|DELETE)(?:_(\d{1,16}))?$/;

/** Reads an event. The sender is not verified yet. */
export function readEvent(form: Form): InboundEvent | Rejection {
  const sent = textAt(form, 'event');
  if (sent === undefined || !NAME.test(sent)) return rejection('event');
  const name = sent.toUpperCase();

  const auth = readAuth(form);
  if ('reason' in auth) return auth;

  const change = changeOf(name, form);
  return 'reason' in change ? change : { kind: 'event', name, auth, builtAt: builtAtOf(form), change };
}

/** `ts` is optional (B§5.2), so one that is not a number of seconds counts as missing. */
function builtAtOf(form: Form): number | null {
  const seconds = textAt(form, 'ts');
  return seconds !== undefined && SECONDS.test(seconds) ? Number(seconds) * 1000 : null;
}

function changeOf(name: string, form: Form): PortalChange | Rejection {
  if (name === 'ONAPPINSTALL' || name === 'ONAPPUPDATE') {
    const tokens = readInstallTokens(form);
    if ('reason' in tokens) return tokens;
    return { kind: name === 'ONAPPINSTALL' ? 'install' : 'update', tokens };
  }
  if (name === 'ONAPPUNINSTALL') return { kind: 'uninstall' };

  const activity = ACTIVITY.exec(name);
  if (activity !== null) {
    const activityId = parseId(textAt(form, 'data', 'FIELDS', 'ID'));
    return activityId === null ? rejection(ID) : { kind: 'activity', action: actionOf(activity[1]), activityId };
  }
  return elementChange(name, form);
}

function elementChange(name: string, form: Form): PortalChange | Rejection {
  if (name === 'ONCRMDEALMOVETOCATEGORY') return elementOf('move', typeIdOf('DEAL'), form);

  const classic = ELEMENT.exec(name);
  if (classic !== null) return elementOf(actionOf(classic[2]), typeIdOf(classic[1] ?? ''), form);

  const item = ITEM.exec(name);
  return item === null ? { kind: 'other' } : elementOf(actionOf(item[1]), itemTypeOf(item[2], form), form);
}

function elementOf(action: ChangeAction, entityTypeId: number | null, form: Form): PortalChange | Rejection {
  if (entityTypeId === null) return rejection('data[FIELDS][ENTITY_TYPE_ID]');

  const entityId = parseId(textAt(form, 'data', 'FIELDS', 'ID'));
  if (entityId === null) return rejection(ID);
  return { kind: 'element', action, element: { entityTypeId, entityId } };
}

/** The type stands in the data. Events of one type have it in their name as well, and the two must agree. */
function itemTypeOf(suffix: string | undefined, form: Form): number | null {
  const text = textAt(form, 'data', 'FIELDS', 'ENTITY_TYPE_ID') ?? suffix;
  return suffix === undefined || text === suffix ? parseId(text) : null;
}

const ID = 'data[FIELDS][ID]';

const ACTIONS: { readonly [name: string]: ChangeAction } = { ADD: 'add', UPDATE: 'update', DELETE: 'delete' };
const actionOf = (name: string | undefined): ChangeAction => ACTIONS[name ?? ''] ?? 'update';
