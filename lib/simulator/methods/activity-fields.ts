import type { Activity } from '../crm/activities/activity.ts';
import type { Field } from './filter.ts';

const number = (read: (activity: Activity) => number): Field<Activity> => ({ kind: 'number', read });
const text = (read: (activity: Activity) => string): Field<Activity> => ({ kind: 'text', read });
/** The database keeps whole seconds, so that is all a client has seen. */
const time = (read: (activity: Activity) => number): Field<Activity> => ({
  kind: 'time',
  read: (activity) => Math.floor(read(activity) / 1000) * 1000,
});

/** The fields crm.activity.list can filter and sort by (B§2.2). */
export const ACTIVITY_FIELDS: { readonly [name: string]: Field<Activity> } = {
  ID: number(({ id }) => id),
  OWNER_ID: number(({ ownerId }) => ownerId),
  OWNER_TYPE_ID: number(({ ownerTypeId }) => ownerTypeId),
  TYPE_ID: number(({ typeId }) => typeId),
  PROVIDER_ID: text(({ providerId }) => providerId),
  PROVIDER_TYPE_ID: text(({ providerTypeId }) => providerTypeId),
  SUBJECT: text(({ subject }) => subject),
  CREATED: time(({ created }) => created),
  LAST_UPDATED: time(({ lastUpdated }) => lastUpdated),
  START_TIME: time(({ startTime }) => startTime),
  END_TIME: time(({ endTime }) => endTime),
  DEADLINE: time(({ deadline }) => deadline),
  COMPLETED: text(({ completed }) => (completed ? 'Y' : 'N')),
  STATUS: number(({ completed }) => (completed ? 2 : 1)),
  RESPONSIBLE_ID: number(({ responsibleId }) => responsibleId),
  PRIORITY: number(({ priority }) => priority),
  DIRECTION: number(({ direction }) => direction),
  DESCRIPTION: text(({ description }) => description),
  AUTHOR_ID: number(({ authorId }) => authorId),
  EDITOR_ID: number(({ editorId }) => editorId),
};
