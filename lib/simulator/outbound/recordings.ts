import type { AuthBlock } from './event-body.ts';
import { eventBody } from './event-body.ts';
import { signEventToken } from './event-token.ts';
import { RECORDED_AT, RECORDED_AUTH, RECORDED_TOKENS } from './recorded-portal.ts';
import { robotBody } from './robot-body.ts';

/** One POST of the portal, as sent on the wire. */
export type Recording = {
  /** File name without its extension. */
  readonly name: string;
  /** Empty: the one recording of its trigger that stands in `events/` itself; variants are in folders. */
  readonly folder: '' | 'robots/' | 'crm/';
  readonly path: '/install' | '/event' | '/robot';
  readonly body: string;
  /** For the README of the recordings. */
  readonly about: string;
};

/** The calls of a portal, from fixed inputs. `record-events.ts` writes them, a test compares. */
export function recordings(): readonly Recording[] {
  return [...ROBOTS.map(robotRecording), ...EVENTS.flatMap(eventRecordings), ...APP];
}

type RobotInput = {
  readonly name: string;
  readonly folder: Recording['folder'];
  readonly about: string;
  readonly className: string;
  readonly type: string;
  readonly id: number;
  readonly properties: { readonly [name: string]: unknown };
};

const ALL_COMPLETED = { activity_id: null, element: null, activity_types: ['email', 'call'], completed_only: 'Y' };
const ONE = { activity_id: ['999'], element: null, activity_types: null, completed_only: 'N' };
const BIZPROC = 'Bitrix\\Crm\\Integration\\BizProc\\Document\\';

const ROBOTS: readonly RobotInput[] = [
  {
    name: 'robot-deal',
    folder: '',
    about: 'robot on deal 1: unbind activity 999',
    className: 'CCrmDocumentDeal',
    type: 'DEAL',
    id: 1,
    properties: ONE,
  },
  {
    name: 'robot-lead',
    folder: 'robots/',
    about: 'robot on lead 7: all its completed e-mails and calls',
    className: 'CCrmDocumentLead',
    type: 'LEAD',
    id: 7,
    properties: ALL_COMPLETED,
  },
  {
    name: 'robot-smart-process',
    folder: 'robots/',
    about: 'robot on an element of smart process 147: activity 999 from contact 5',
    className: `${BIZPROC}Dynamic`,
    type: 'DYNAMIC_147',
    id: 1,
    properties: { ...ONE, element: 'contact:5' },
  },
  {
    name: 'robot-smart-invoice',
    folder: 'robots/',
    about: 'robot on smart invoice 3: two activities',
    className: `${BIZPROC}SmartInvoice`,
    type: 'SMART_INVOICE',
    id: 3,
    properties: { ...ONE, activity_id: ['999', '1000'] },
  },
];

function robotRecording({ name, folder, about, className, type, id, properties }: RobotInput): Recording {
  const number = ROBOTS.findIndex((robot) => robot.name === name);
  const workflowId = `6748c1d2a3b4c5.1234567${number}`;
  const activityName = 'A51601_82584_96831_81132';
  const eventId = `hsyu3n8vq0c1x5z7w2k4m6p9r1t3b5d${number}`;
  const body = robotBody({
    workflowId,
    code: 'unbind_activity',
    documentId: ['crm', className, `${type}_${id}`],
    documentType: ['crm', className, type],
    eventToken: signEventToken('the key of the recorded portal', { workflowId, activityName, eventId }),
    properties,
    useSubscription: true,
    timeoutDuration: 0,
    at: RECORDED_AT,
    auth: { ...RECORDED_TOKENS, refresh_token: 'recorded-refresh-token-of-user-67', ...RECORDED_AUTH },
  });
  return { name, folder, path: '/robot', body, about };
}

const EVENTS: readonly (readonly [string, string, number, { readonly [field: string]: unknown }])[] = [
  ['event-activity-add', 'ONCRMACTIVITYADD', 201, { ID: 999 }],
  ['event-activity-update', 'ONCRMACTIVITYUPDATE', 203, { ID: 999 }],
  ['event-activity-delete', 'ONCRMACTIVITYDELETE', 205, { ID: 999 }],
  ['event-deal-update', 'ONCRMDEALUPDATE', 207, { ID: 1 }],
  ['event-deal-move-to-category', 'ONCRMDEALMOVETOCATEGORY', 209, { ID: 1, CATEGORY_ID: 5, STAGE_ID: 'C5:LOSE' }],
];

/** One of each source of candidates: an activity that changed, an element that changed (D§6). */
const TOP_EVENTS = ['event-activity-update', 'event-deal-update'];

/** With tokens if a user made the change, without if a robot, a workflow or an agent did (B§5.2). */
function eventRecordings([name, event, handlerId, fields]: (typeof EVENTS)[number]): Recording[] {
  const record = (auth: AuthBlock): string =>
    eventBody({ event, handlerId, data: { FIELDS: fields }, at: RECORDED_AT, auth });
  return [
    {
      name,
      folder: TOP_EVENTS.includes(name) ? '' : 'crm/',
      path: '/event',
      body: record({ ...RECORDED_TOKENS, ...RECORDED_AUTH }),
      about: `${event}, the change of a user`,
    },
    {
      name: `${name}-without-tokens`,
      folder: 'crm/',
      path: '/event',
      body: record(RECORDED_AUTH),
      about: `${event}, the change of a robot: no tokens`,
    },
  ];
}

const APP: readonly Recording[] = [
  {
    name: 'install',
    folder: '',
    path: '/install',
    about: 'ONAPPINSTALL with access and refresh token',
    body: eventBody({
      event: 'ONAPPINSTALL',
      handlerId: 1,
      data: { VERSION: 1, ACTIVE: 'Y', INSTALLED: 'Y', LANGUAGE_ID: 'en' },
      at: RECORDED_AT,
      auth: { ...RECORDED_TOKENS, refresh_token: 'recorded-refresh-token-of-user-67', ...RECORDED_AUTH },
    }),
  },
  {
    name: 'uninstall',
    folder: '',
    path: '/event',
    about: 'ONAPPUNINSTALL: no tokens at all',
    body: eventBody({
      event: 'ONAPPUNINSTALL',
      handlerId: 2,
      data: { LANGUAGE_ID: 'en', CLEAN: 1 },
      at: RECORDED_AT,
      auth: RECORDED_AUTH,
    }),
  },
  {
    name: 'outbound-webhook',
    folder: '',
    path: '/event',
    about: 'ONCRMDEALUPDATE of an outbound webhook, with its own application_token',
    body: eventBody({
      event: 'ONCRMDEALUPDATE',
      handlerId: 11,
      data: { FIELDS: { ID: 1 } },
      at: RECORDED_AT,
      auth: { ...RECORDED_AUTH, application_token: '9f2d4b6a8c0e1f3a5b7d9c1e3f5a7b9d' },
    }),
  },
];
