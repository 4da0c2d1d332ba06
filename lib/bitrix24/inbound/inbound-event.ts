import type { Element } from '../crm/element.ts';
import { typeIdOf } from '../crm/parse-element.ts';
import { parseId } from '../crm/parse-id.ts';
import { type Form, textAt } from './form.ts';
import { type InboundAuth, type InstallOffer, type Rejection, readAuth, readOffer, rejection } from './inbound-auth.ts';

export type Action = 'add' | 'update' | 'delete' | 'move';

/** What happened in the portal (B§5.2). */
export type Happening =
  | { readonly kind: 'activity'; readonly action: Action; readonly activityId: number }
  | { readonly kind: 'element'; readonly action: Action; readonly element: Element }
  /** The first installation, or a later one, or a new version of the application: each brings tokens. */
  | { readonly kind: 'install' | 'update'; readonly offer: InstallOffer }
  | { readonly kind: 'uninstall' }
  | { readonly kind: 'other' };

export type InboundEvent = {
  readonly kind: 'event';
  /** In upper case (B§5.2: compare without regard to case). */
  readonly name: string;
  readonly auth: InboundAuth;
  /** When the portal built the event, by its own clock, ms (B§5.1); null: it does not say so, or not legibly. */
  readonly builtAt: number | null;
  readonly happening: Happening;
};

/** Looked at as it was sent: some letters outside of ASCII become S or I in upper case. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const SECONDS = /^[1-9]\d{0,11}$/;
const ACTIVITY = /^ONCRMACTIVITY(ADD|UPDATE|DELETE)$/;
const ELEMENT = /^ONCRM(LEAD|DEAL|CONTACT|COMPANY|QUOTE)(ADD|UPDATE|DELETE)$/;
const ITEM = /^ONCRMDYNAMICITEM(ADD|UPDATE|DELETE)(?:_(\d{1,16}))?$/;

/** Reads an event call; the sender is still to be verified. */
export function readEvent(form: Form): InboundEvent | Rejection {
  const sent = textAt(form, 'event');
  if (sent === undefined || !NAME.test(sent)) return rejection('event');
  const name = sent.toUpperCase();

  const auth = readAuth(form);
  if ('reason' in auth) return auth;

  const happening = happeningOf(name, form);
  return 'reason' in happening ? happening : { kind: 'event', name, auth, builtAt: builtAtOf(form), happening };
}

/** `ts` is nothing that a call must have (B§5.2), so one that is no number of seconds is as good as none. */
function builtAtOf(form: Form): number | null {
  const seconds = textAt(form, 'ts');
  return seconds !== undefined && SECONDS.test(seconds) ? Number(seconds) * 1000 : null;
}

function happeningOf(name: string, form: Form): Happening | Rejection {
  if (name === 'ONAPPINSTALL' || name === 'ONAPPUPDATE') {
    const offer = readOffer(form);
    if ('reason' in offer) return offer;
    return { kind: name === 'ONAPPINSTALL' ? 'install' : 'update', offer };
  }
  if (name === 'ONAPPUNINSTALL') return { kind: 'uninstall' };

  const activity = ACTIVITY.exec(name);
  if (activity !== null) {
    const activityId = parseId(textAt(form, 'data', 'FIELDS', 'ID'));
    return activityId === null ? rejection(ID) : { kind: 'activity', action: actionOf(activity[1]), activityId };
  }
  return elementHappening(name, form);
}

function elementHappening(name: string, form: Form): Happening | Rejection {
  if (name === 'ONCRMDEALMOVETOCATEGORY') return elementOf('move', typeIdOf('DEAL'), form);

  const classic = ELEMENT.exec(name);
  if (classic !== null) return elementOf(actionOf(classic[2]), typeIdOf(classic[1] ?? ''), form);

  const item = ITEM.exec(name);
  return item === null ? { kind: 'other' } : elementOf(actionOf(item[1]), itemTypeOf(item[2], form), form);
}

function elementOf(action: Action, entityTypeId: number | null, form: Form): Happening | Rejection {
  if (entityTypeId === null) return rejection('data[FIELDS][ENTITY_TYPE_ID]');

  const entityId = parseId(textAt(form, 'data', 'FIELDS', 'ID'));
  if (entityId === null) return rejection(ID);
  return { kind: 'element', action, element: { entityTypeId, entityId } };
}

/** The type is in the data; the events of one type name it too, and must not contradict. */
function itemTypeOf(suffix: string | undefined, form: Form): number | null {
  const text = textAt(form, 'data', 'FIELDS', 'ENTITY_TYPE_ID') ?? suffix;
  return suffix === undefined || text === suffix ? parseId(text) : null;
}

const ID = 'data[FIELDS][ID]';

const ACTIONS: { readonly [name: string]: Action } = { ADD: 'add', UPDATE: 'update', DELETE: 'delete' };
const actionOf = (name: string | undefined): Action => ACTIONS[name ?? ''] ?? 'update';
