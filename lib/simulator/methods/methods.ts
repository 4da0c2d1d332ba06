import type { World } from '../crm/crm-state.ts';
import type { Methods, Surroundings } from '../method.ts';
import { activityBindingMethods } from './activity-bindings.ts';
import { activityGetMethod } from './activity-get.ts';
import { activityListMethod } from './activity-list.ts';
import { appInfoMethod } from './app-info.ts';
import { directoryMethods } from './directories.ts';
import { itemMethods } from './items.ts';
import { robotMethods } from './robots.ts';
import { subscriptionMethods } from './subscriptions.ts';
import { workflowAnswerMethod } from './workflow-answer.ts';

/** Every method of the simulated portal by its lower-case name; `more` adds to them or replaces some. */
export const portalMethods = (world: World, surroundings: Surroundings, more: Methods = {}): Methods => ({
  ...activityBindingMethods(world, surroundings),
  'crm.activity.get': activityGetMethod(world),
  'crm.activity.list': activityListMethod(world),
  ...itemMethods(world),
  ...directoryMethods(world),
  ...robotMethods(world),
  'bizproc.event.send': workflowAnswerMethod(world, surroundings),
  ...subscriptionMethods(world, surroundings),
  'app.info': appInfoMethod(world),
  ...more,
});
