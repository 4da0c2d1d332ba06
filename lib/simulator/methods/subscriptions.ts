import type { Crm } from '../crm/crm-state.ts';
import { eventNames } from '../crm/event-names.ts';
import { phpText } from '../crm/php-text.ts';
import type { Subscription } from '../crm/workflow.ts';
import { type Caller, type MethodContext, MethodError, type Methods, type Params } from '../method.ts';
import { checkHandlerUrl } from './handler-url.ts';
import { isEmpty, upperKeys } from './parameter.ts';
import { accessDenied, clientOfEvents } from './refusals.ts';

/** event.* (B§5.3, B§5.5); `outbound/` delivers to online subscriptions, offline ones are only stored. */
export const subscriptionMethods = (crm: Crm, context: MethodContext): Methods => ({
  'event.bind': {
    scope: null,
    run: (params, caller) => {
      crm.subscriptions.push(newSubscription(crm, upperKeys(params), caller));
      return true;
    },
  },
  'event.unbind': { scope: null, run: (params, caller) => ({ count: unbind(crm, upperKeys(params), caller) }) },
  'event.get': {
    scope: null,
    run: (_params, caller) => {
      const client = clientOfEvents(caller);
      return crm.subscriptions.filter(({ clientId }) => clientId === client).map(shown);
    },
  },
  events: {
    scope: null,
    run: (params, caller) => {
      const { SCOPE, FULL } = upperKeys(params);
      if (!isEmpty(FULL)) return eventNames(crm, new Set(['crm']));
      return eventNames(crm, isEmpty(SCOPE) ? caller.scope : new Set([String(SCOPE)]));
    },
  },
  'event.test': {
    scope: null,
    run: (params, caller) => {
      clientOfEvents(caller);
      context.emit('ONAPPTEST', { QUERY: params }, caller.userId);
      return 1;
    },
  },
});

function newSubscription(crm: Crm, params: Params, caller: Caller): Subscription {
  const clientId = clientOfEvents(caller);
  const userId = userOf(params, caller);
  const offline = typeOf(params) === 'offline';
  if (offline && !caller.isAdmin) throw accessDenied('Offline events binding requires administrator access rights');
  const event = requiredText(params, 'EVENT').toUpperCase();
  if (!offline) requiredText(params, 'HANDLER');
  if (!eventNames(crm, caller.scope).includes(event)) throw new MethodError('ERROR_EVENT_NOT_FOUND', 'Event not found');
  const handler = offline ? '' : checkHandlerUrl(params.HANDLER);

  const connector = phpText(params.AUTH_CONNECTOR);
  const wanted = { clientId, event, handler, userId, offline, connector };
  if (crm.subscriptions.some((known) => sameSubscription(known, wanted))) {
    throw new MethodError('ERROR_CORE', 'Unable to set event handler: Handler already binded');
  }
  const id = 201 + 2 * crm.subscriptions.length;
  return { id: Math.max(id, ...crm.subscriptions.map((known) => known.id + 2)), ...wanted };
}

/** Removes only online subscriptions unless `event_type` is given, and those of every user unless `auth_type` is. */
function unbind(crm: Crm, params: Params, caller: Caller): number {
  const client = clientOfEvents(caller);
  const event = requiredText(params, 'EVENT').toUpperCase();
  const offline = typeOf(params) === 'offline';
  const handler = offline ? '' : requiredText(params, 'HANDLER');
  const userId = isEmpty(params.AUTH_TYPE) ? null : Number(params.AUTH_TYPE);
  const doomed = crm.subscriptions.filter(
    (known) =>
      known.clientId === client &&
      known.event === event &&
      known.offline === offline &&
      known.handler === handler &&
      (userId === null || known.userId === userId),
  );
  for (const subscription of doomed) crm.subscriptions.splice(crm.subscriptions.indexOf(subscription), 1);
  return doomed.length;
}

/** Only administrators may ask for another user's token; everyone else gets their own (B§5.3). */
function userOf(params: Params, caller: Caller): number {
  const wanted = Math.trunc(Number(params.AUTH_TYPE ?? 0)) || 0;
  if (caller.isAdmin) return wanted;
  if (wanted > 0 && wanted !== caller.userId) {
    throw accessDenied('Event binding with AUTH_TYPE requires administrator access rights');
  }
  return caller.userId;
}

function typeOf(params: Params): 'online' | 'offline' {
  const type = phpText(params.EVENT_TYPE).toLowerCase() || 'online';
  if (type === 'online' || type === 'offline') return type;
  throw new MethodError('ERROR_ARGUMENT', 'Value must be one of {online|offline}', 400, { argument: 'EVENT_TYPE' });
}

function requiredText(params: Params, name: string): string {
  const value = params[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new MethodError('ERROR_ARGUMENT', `Argument '${name}' is null or empty`, 400, { argument: name });
}

const sameSubscription = (known: Subscription, wanted: Omit<Subscription, 'id'>): boolean =>
  known.clientId === wanted.clientId &&
  known.event === wanted.event &&
  known.handler === wanted.handler &&
  known.userId === wanted.userId &&
  known.offline === wanted.offline &&
  known.connector === wanted.connector;

const shown = ({ event, handler, userId, offline, connector }: Subscription): { readonly [key: string]: unknown } =>
  offline ? { event, connector_id: connector, offline: 1 } : { event, handler, auth_type: String(userId), offline: 0 };
