import { activityRow } from '../crm/activities/activity.ts';
import type { Crm } from '../crm/crm-state.ts';
import { mayReadActivity } from '../crm/elements/permissions.ts';
import { type Caller, type Method, MethodError } from '../method.ts';
import { upperKeys } from './parameter.ts';
import { noteActivityError } from './stale-errors.ts';

const CONFIGURABLE = 'CONFIGURABLE_REST_APP';

/** crm.activity.get (B§2.2): its errors have the empty string for a code. */
export const activityGetMethod = (crm: Crm): Method => ({
  scope: 'crm',
  run: (params, caller) => {
    const id = Number(upperKeys(params).ID);
    if (!Number.isInteger(id) || id <= 0) throw refusal(caller, 'The parameter id is invalid or not defined.');
    const activity = crm.activities.get(id);
    if (activity === undefined) throw refusal(caller, 'Activity is not found.');
    if (!mayReadActivity(crm, caller, activity)) throw refusal(caller, 'Access denied.');
    if (activity.providerId === CONFIGURABLE) {
      throw refusal(caller, 'Use crm.activity.configurable.get for this activity provider');
    }
    return activityRow(activity);
  },
});

function refusal(caller: Caller, description: string): MethodError {
  noteActivityError(caller);
  return new MethodError('', description);
}
