import { type HostileRequest, request, robot } from './request.ts';

const ROBOT = { path: '/robot' };

/** An unreadable value must never count as empty: an empty `activity_id` would mean all activities of the element. */
const PROPERTIES: readonly (readonly [string, string, { readonly [name: string]: unknown }])[] = [
  ['id-hexadecimal', 'a hexadecimal activity', { activity_id: '0x10' }],
  ['id-2-to-53', 'an activity where numbers stop being exact', { activity_id: '9007199254740993' }],
  ['id-negative', 'a negative activity', { activity_id: '-1' }],
  ['id-groups', 'groups of activities', { activity_id: { a: { b: '1' } } }],
  ['id-all', 'a star for all activities', { activity_id: '*' }],
  ['id-too-many', '1,001 activities', { activity_id: Array.from({ length: 1001 }, (_, index) => index + 1).join(',') }],
  ['id-expression', 'an expression of the designer that was not filled in', { activity_id: '{=Document:ID}' }],
  ['element-injection', 'an element and more', { activity_id: '999', element: 'deal:1 OR 1=1' }],
  ['element-two', 'two elements', { activity_id: '999', element: 'deal:1,deal:2' }],
  ['element-bin', 'an element of the recycle bin', { activity_id: '999', element: 'DYNAMIC_192_1' }],
  ['element-proto', 'an element that objects inherit', { activity_id: '999', element: '__proto__:1' }],
  ['types-unknown', 'a type that is none', { activity_id: '999', activity_types: 'everything else' }],
  ['flag-unknown', 'a flag that is neither yes nor no', { activity_id: '999', completed_only: 'perhaps' }],
];

/** From the real sender. A waiting workflow is told; where none waits the call itself is refused. */
export const DESIGNERS: readonly HostileRequest[] = [
  ...PROPERTIES.map(([name, attacks, properties]) =>
    request(
      `designer-${name}`,
      `${attacks}, while a workflow waits`,
      robot({ properties, event_token: `w|a|${name}.s` }),
      { status: 200, explained: 'NOT_UNDERSTOOD' },
      ROBOT,
    ),
  ),
  ...PROPERTIES.map(([name, attacks, properties]) =>
    request(
      `unwatched-${name}`,
      `${attacks}, while nobody waits`,
      robot({ properties, use_subscription: 'N' }),
      400,
      ROBOT,
    ),
  ),
  request(
    'unwatched-document-of-lists',
    'a document of another module, while nobody waits',
    robot({ document_id: ['lists', 'BizprocDocument', '1'], use_subscription: 'N' }),
    400,
    ROBOT,
  ),
];
