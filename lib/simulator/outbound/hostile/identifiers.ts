import { event, type HostileRequest, request, robot } from './request.ts';

const ROBOT = { path: '/robot' };

/** Spellings of 1, and values that are not numbers or are too large. The sender is the real one. */
const IDS: readonly (readonly [string, string, unknown])[] = [
  ['float', 'a number with a fraction', '1.0'],
  ['exponent', 'a number with an exponent', '1e3'],
  ['hexadecimal', 'a hexadecimal number', '0x10'],
  ['octal', 'an octal number', '0o17'],
  ['zero-before', 'a zero before the number', '01'],
  ['plus', 'a plus sign before the number', '+1'],
  ['negative', 'a negative number', '-1'],
  ['zero', 'zero', '0'],
  ['2-to-53', '2^53, where numbers stop being exact', '9007199254740992'],
  ['2-to-53-and-1', '2^53 + 1, which becomes 2^53', '9007199254740993'],
  ['2-to-63', '2^63', '9223372036854775808'],
  ['hundred-digits', 'a number of 100 digits', '9'.repeat(100)],
  ['space-before', 'a space before the number', ' 1'],
  ['space-behind', 'a space behind the number', '1 '],
  ['newline-behind', 'a line break behind the number', '1\n'],
  ['nul-behind', 'a NUL behind the number', '1\0'],
  ['two', 'two numbers', '1,2'],
  ['injection', 'an injection into a query', '1 OR 1=1'],
  ['arabic', 'Arabic digits', '١٢٣'],
  ['full-width', 'full-width digits', '１２'],
  ['infinity', 'Infinity', 'Infinity'],
  ['nan', 'NaN', 'NaN'],
  ['true', 'a word', 'true'],
  ['empty', 'nothing', ''],
  ['list', 'a list', ['1']],
  ['group', 'a group', { value: '1' }],
  ['underscore', 'an underscore between digits', '1_000'],
  ['big-integer', 'a BigInt', '1n'],
];

/** Documents that a workflow cannot run on. */
const DOCUMENTS: readonly (readonly [string, string, unknown])[] = [
  ['hexadecimal', 'a deal with a hexadecimal number', ['crm', 'CCrmDocumentDeal', 'DEAL_0x10']],
  ['negative', 'a deal with a negative number', ['crm', 'CCrmDocumentDeal', 'DEAL_-1']],
  ['exponent', 'a deal with an exponent', ['crm', 'CCrmDocumentDeal', 'DEAL_1e3']],
  ['no-number', 'a deal without a number', ['crm', 'CCrmDocumentDeal', 'DEAL_']],
  ['lower-case', 'a deal in lower case', ['crm', 'CCrmDocumentDeal', 'deal_1']],
  ['injection', 'a deal and more', ['crm', 'CCrmDocumentDeal', 'DEAL_1 OR 1=1']],
  ['two-lines', 'a deal on two lines', ['crm', 'CCrmDocumentDeal', 'DEAL_1\nDEAL_2']],
  ['too-long', 'a type of 60 signs', ['crm', 'CCrmDocumentDeal', `${'A'.repeat(60)}_1`]],
  ['text', 'a text in place of the three parts', 'DEAL_1'],
  ['missing', 'no document at all', undefined],
  ['half', 'two of the three parts', ['crm', 'CCrmDocumentDeal']],
];

const ITEM = { event: 'ONCRMDYNAMICITEMUPDATE_147' };

/** Numbers that name the element or activity to change. */
export const IDENTIFIERS: readonly HostileRequest[] = [
  ...IDS.map(([name, attacks, ID]) =>
    request(`id-${name}`, `${attacks} as the id of a deal`, event({}, {}, { ID }), 400),
  ),
  request(
    'wrong-id-activity',
    'an activity with the id of nothing',
    event({}, { event: 'ONCRMACTIVITYUPDATE' }, { ID: '0' }),
    400,
  ),
  request('id-missing', 'an event about nothing', event({}, {}, {}), 400),
  request(
    'type-contradicts',
    'an item of another type than its event says',
    event({}, ITEM, { ID: '1', ENTITY_TYPE_ID: '148' }),
    400,
  ),
  request(
    'type-float',
    'a type with a fraction',
    event({}, { event: 'ONCRMDYNAMICITEMUPDATE' }, { ID: '1', ENTITY_TYPE_ID: '147.0' }),
    400,
  ),
  request('type-none', 'an item of no type', event({}, { event: 'ONCRMDYNAMICITEMUPDATE' }, { ID: '1' }), 400),
  ...DOCUMENTS.map(([name, attacks, document_id]) =>
    request(`document-${name}`, `${attacks} as the document of a workflow`, robot({ document_id }), 400, ROBOT),
  ),
];
