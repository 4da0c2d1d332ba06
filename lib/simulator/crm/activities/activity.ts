import { portalTime } from '../portal-time.ts';

/** An activity as the database holds it; times in ms. `ownerTypeId`/`ownerId` are derived from the bindings on every write. */
export type Activity = {
  readonly id: number;
  ownerTypeId: number;
  ownerId: number;
  /** 1 meeting, 2 call, 3 task, 4 email, 5 imported calendar, 6 provider (B§2.2) */
  typeId: number;
  providerId: string;
  providerTypeId: string;
  subject: string;
  created: number;
  lastUpdated: number;
  startTime: number;
  endTime: number;
  deadline: number;
  completed: boolean;
  responsibleId: number;
  authorId: number;
  editorId: number;
  priority: number;
  direction: number;
  description: string;
};

const PROVIDERS: { readonly [typeId: number]: readonly [string, string] } = {
  1: ['CRM_MEETING', 'MEETING'],
  2: ['VOXIMPLANT_CALL', 'CALL'],
  3: ['CRM_TASKS_TASK', 'TASKS_TASK'],
  4: ['CRM_EMAIL', 'EMAIL'],
};

/** The provider of an activity type; activities of type 6 are told apart by their provider alone. */
export const providerOf = (typeId: number): readonly [string, string] => PROVIDERS[typeId] ?? ['CRM_TODO', 'TODO'];

export type ActivityRow = { readonly [field: string]: string | null | readonly [] };

/** The row of crm.activity.get and .list: UPPER_CASE, every scalar a string (B§2.2). BINDINGS are not in it. */
export function activityRow(activity: Activity): ActivityRow {
  return {
    ID: String(activity.id),
    OWNER_ID: String(activity.ownerId),
    OWNER_TYPE_ID: String(activity.ownerTypeId),
    TYPE_ID: String(activity.typeId),
    PROVIDER_ID: activity.providerId,
    PROVIDER_TYPE_ID: activity.providerTypeId,
    PROVIDER_GROUP_ID: null,
    ASSOCIATED_ENTITY_ID: '0',
    SUBJECT: activity.subject,
    CREATED: portalTime(activity.created),
    LAST_UPDATED: portalTime(activity.lastUpdated),
    START_TIME: portalTime(activity.startTime),
    END_TIME: portalTime(activity.endTime),
    DEADLINE: portalTime(activity.deadline),
    COMPLETED: activity.completed ? 'Y' : 'N',
    STATUS: activity.completed ? '2' : '1',
    RESPONSIBLE_ID: String(activity.responsibleId),
    PRIORITY: String(activity.priority),
    NOTIFY_TYPE: '1',
    NOTIFY_VALUE: '15',
    DESCRIPTION: activity.description,
    DESCRIPTION_TYPE: '1',
    DIRECTION: String(activity.direction),
    LOCATION: '',
    SETTINGS: [],
    ORIGINATOR_ID: null,
    ORIGIN_ID: null,
    AUTHOR_ID: String(activity.authorId),
    EDITOR_ID: String(activity.editorId),
    PROVIDER_PARAMS: [],
    PROVIDER_DATA: null,
    ...RESULT_FIELDS,
  };
}

const RESULT_FIELDS = {
  RESULT_MARK: '0',
  RESULT_VALUE: null,
  RESULT_SUM: null,
  RESULT_CURRENCY_ID: null,
  RESULT_STATUS: '0',
  RESULT_STREAM: '0',
  RESULT_SOURCE_ID: null,
  AUTOCOMPLETE_RULE: '0',
} as const;
