/** An activity as `crm.activity.get` and `.list` describe it, where all scalars are strings (B§2.2). */
export type Activity = {
  readonly id: number;
  /** `meeting`, `call`, `task`, `email`, `todo`, or the provider's id for all others. */
  readonly type: string;
  readonly providerId: string;
  readonly completed: boolean;
  readonly responsibleId: number | null;
  /** ms; null when unreadable. */
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
};

/** The fields that `activityOf` needs in a list. */
export const ACTIVITY_FIELDS = [
  'ID',
  'TYPE_ID',
  'PROVIDER_ID',
  'COMPLETED',
  'RESPONSIBLE_ID',
  'CREATED',
  'LAST_UPDATED',
] as const;

/** By TYPE_ID (B§2.2). */
export const ACTIVITY_TYPES: { readonly [typeId: string]: string } = {
  '1': 'meeting',
  '2': 'call',
  '3': 'task',
  '4': 'email',
};
/** By PROVIDER_ID. */
const PROVIDER_TYPES: { readonly [providerId: string]: string } = {
  CRM_MEETING: 'meeting',
  CRM_TODO: 'todo',
  CRM_TASKS_TASK: 'task',
  CRM_EMAIL: 'email',
  VOXIMPLANT_CALL: 'call',
};

/** The activity in a row of an answer; null when the row has no usable id. */
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
    type: ACTIVITY_TYPES[field('TYPE_ID')] ?? PROVIDER_TYPES[providerId] ?? providerId,
    providerId,
    completed: field('COMPLETED') === 'Y',
    responsibleId: Number(field('RESPONSIBLE_ID')) || null,
    createdAt: timeOf(field('CREATED')),
    updatedAt: timeOf(field('LAST_UPDATED')),
  };
}

/**
 * Whether the activity has one of the types, named as in `type` or by provider id. Every activity matches an empty list.
 */
export function isOfTypes({ type, providerId }: Activity, types: readonly string[]): boolean {
  if (types.length === 0) return true;
  const names = [type, providerId].map((name) => name.toLowerCase());
  return types.some((wanted) => names.includes(wanted.toLowerCase()));
}

function timeOf(text: string): number | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
