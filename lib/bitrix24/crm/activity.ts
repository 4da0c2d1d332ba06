/** What is known of an activity from `crm.activity.get` or `.list`, where all scalars are strings (B§2.2). */
export type Activity = {
  readonly id: number;
  /** `meeting`, `call`, `task`, `email`, `todo`, or the provider's id for the rest. */
  readonly type: string;
  readonly providerId: string;
  readonly completed: boolean;
  readonly responsibleId: number | null;
  /** ms; null when unreadable. */
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
};

/** What to select when a list is read for `activityOf`. */
export const ACTIVITY_FIELDS = [
  'ID',
  'TYPE_ID',
  'PROVIDER_ID',
  'COMPLETED',
  'RESPONSIBLE_ID',
  'CREATED',
  'LAST_UPDATED',
] as const;

const TYPES: { readonly [typeId: string]: string } = { '1': 'meeting', '2': 'call', '3': 'task', '4': 'email' };
const PROVIDERS: { readonly [providerId: string]: string } = {
  CRM_MEETING: 'meeting',
  CRM_TODO: 'todo',
  CRM_TASKS_TASK: 'task',
  CRM_EMAIL: 'email',
  VOXIMPLANT_CALL: 'call',
};

/** Null when the row has no usable id. */
export function activityOf(row: unknown): Activity | null {
  if (typeof row !== 'object' || row === null) return null;
  const field = (name: string): string => {
    const value: unknown = Reflect.get(row, name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const id = Number(field('ID'));
  if (!Number.isSafeInteger(id) || id <= 0) return null;

  const providerId = field('PROVIDER_ID');
  return {
    id,
    type: TYPES[field('TYPE_ID')] ?? PROVIDERS[providerId] ?? providerId,
    providerId,
    completed: field('COMPLETED') === 'Y',
    responsibleId: Number(field('RESPONSIBLE_ID')) || null,
    createdAt: timeOf(field('CREATED')),
    updatedAt: timeOf(field('LAST_UPDATED')),
  };
}

/** Whether the activity is of one of the types, named as in `type` or by provider id. No types: every activity is. */
export function isOfTypes({ type, providerId }: Activity, types: readonly string[]): boolean {
  if (types.length === 0) return true;
  const names = [type, providerId].map((name) => name.toLowerCase());
  return types.some((wanted) => names.includes(wanted.toLowerCase()));
}

function timeOf(text: string): number | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
