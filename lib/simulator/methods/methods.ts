import type { Crm } from '../crm/crm-state.ts';
import type { MethodContext, Methods } from '../method.ts';
import { activityBindingMethods } from './activity-bindings.ts';
import { activityGetMethod } from './activity-get.ts';
import { activityListMethod } from './activity-list.ts';
import { appInfoMethod } from './app-info.ts';
import { directoryMethods } from './directories.ts';
import { itemMethods } from './items.ts';
import { robotMethods } from './robots.ts';
import { subscriptionMethods } from './subscriptions.ts';
import { workflowAnswerMethod } from './workflow-answer.ts';

/** Every method of the simulated portal by its lower-case name; `more` adds or replaces methods. */
export const portalMethods = (crm: Crm, context: MethodContext, more: Methods = {}): Methods => ({
  ...activityBindingMethods(crm, context),
  'crm.activity.get': activityGetMethod(crm),
  'crm.activity.list': activityListMethod(crm),
  ...itemMethods(crm),
  ...directoryMethods(crm),
  ...robotMethods(crm),
  'bizproc.event.send': workflowAnswerMethod(crm, context),
  ...subscriptionMethods(crm, context),
  'app.info': appInfoMethod(crm),
  ...more,
});
