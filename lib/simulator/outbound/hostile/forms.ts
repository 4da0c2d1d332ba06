import { deflateRawSync } from 'node:zlib';
import { event, FORM, type HostileRequest, request, robot } from './request.ts';

const ROBOT = { path: '/robot' };
const good = event();
/** The valid form and one more pair. */
const plus = (pair: string): string => `${good}&${pair}`;
const bytes = (...parts: (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join('&');

/** Names that reach for inherited properties of objects. */
const PROTOTYPES: readonly HostileRequest[] = [
  request(
    'prototype-key',
    'keys that would reach an object’s prototype',
    plus('data%5B__proto__%5D%5Bpolluted%5D=1&constructor%5Bprototype%5D%5Bpolluted%5D=1'),
    400,
  ),
  request('prototype-top', 'the prototype itself', '__proto__%5Bpolluted%5D=1', 400),
  request('prototype-plain', 'the prototype as a text', plus('__proto__=1'), 400),
  request('prototype-in-auth', 'a verified sender by inheritance', plus('auth%5B__proto__%5D%5Bverified%5D=1'), 400),
  request('prototype-constructor', 'the constructor of objects', plus('constructor%5Bname%5D=x'), 400),
  request('prototype-prototype', 'the prototype of functions', plus('data%5Bprototype%5D=x'), 400),
  request(
    'prototype-encoded',
    'the prototype with every sign encoded',
    plus('%5F%5F%70%72%6F%74%6F%5F%5F%5Bx%5D=1'),
    400,
  ),
  request(
    'prototype-in-properties',
    'a robot’s properties by inheritance',
    `${robot()}&properties%5B__proto__%5D%5Bactivity_id%5D=1`,
    400,
    ROBOT,
  ),
];

/** Depth and width. */
const SHAPES: readonly HostileRequest[] = [
  request('deep-brackets', 'brackets 40 deep', plus(`data${'%5Ba%5D'.repeat(40)}=1`), 400),
  request(
    'seven-brackets',
    'one level of brackets too many',
    plus('data%5B1%5D%5B2%5D%5B3%5D%5B4%5D%5B5%5D%5B6%5D%5B7%5D=1'),
    400,
  ),
  request('brackets-thousands', 'brackets 5,000 deep', plus(`a${'%5Ba%5D'.repeat(5000)}=1`), 400),
  request('brackets-only', '60,000 opening brackets', '['.repeat(60_000), 400),
  request('brackets-pairs', '20,000 empty pairs of brackets', `a${'[]'.repeat(20_000)}=1`, 400),
  request(
    'pairs-501',
    'one field too many',
    times(501, (index) => `a${index}=1`),
    400,
  ),
  request(
    'pairs-short',
    '16,000 fields of one sign',
    times(16_000, () => 'a'),
    400,
  ),
  request(
    'pairs-appended',
    '5,000 items of one list',
    times(5000, () => 'a%5B%5D=1'),
    400,
  ),
  request(
    'pairs-hundred-thousand',
    '100,000 fields',
    times(100_000, () => 'a'),
    413,
  ),
  request('ampersands', '60,000 separators and nothing else', '&'.repeat(60_000), 400),
  request('equals', '60,000 equals signs', '='.repeat(60_000), 400),
  request('long-name', 'a name of 60,000 signs', `${'a'.repeat(60_000)}=1`, 400),
  request('long-value', 'a value of 60,000 signs where an event name is expected', `event=${'A'.repeat(60_000)}`, 400),
  request('percent-signs', '20,000 percent signs', `a=${'%'.repeat(20_000)}`, 400),
  request('one-byte-too-large', 'one byte more than 64 KiB', `${good}&x=${'x'.repeat(65_537 - good.length - 3)}`, 413),
  request('far-too-large', 'a quarter of a megabyte', `event=${'x'.repeat(256 * 1024)}`, 413),
  request('empty', 'no body', '', 400),
];

/** Bytes that are not text, or not the text they seem to be. */
const ENCODINGS: readonly HostileRequest[] = [
  request('utf8-stray-byte', 'a byte that is not UTF-8', bytes(good, '&x=', [0xff]), 400),
  request('utf8-truncated', 'the first half of a character', bytes(good, '&x=', [0xd0]), 400),
  request('utf8-surrogate', 'half a surrogate pair', bytes(good, '&x=', [0xed, 0xa0, 0x80]), 400),
  request('utf8-overlong', 'a slash in two bytes', plus('x=%c0%af'), 400),
  request('utf8-overlong-nul', 'a NUL in two bytes', plus('x=%c0%80'), 400),
  request('utf8-surrogate-encoded', 'half a surrogate pair, percent-encoded', plus('x=%ed%a0%80'), 400),
  request('utf16', 'the form in UTF-16', Buffer.from(good, 'utf16le'), 400),
  request('byte-order-mark', 'a byte order mark before the first name', bytes([0xef, 0xbb, 0xbf], good), 400),
  request('percent-cut', 'a percent sign at the end', plus('x=1%'), 400),
  request('percent-no-hex', 'a percent sign before no hexadecimal number', plus('x=%zz'), 400),
  request('percent-unicode', 'JavaScript’s old escapes', plus('x=%u0041'), 400),
  request('nul-in-name', 'a NUL that cuts a name off in C', good.replace('event=', 'event%00x='), 400),
  request(
    'nul-in-event',
    'a NUL behind the name of the event',
    good.replace('ONCRMDEALUPDATE', 'ONCRMDEALUPDATE%00'),
    400,
  ),
  request('gzip', 'a compressed form', gzipStored(good), 400, {
    headers: { 'content-type': FORM, 'content-encoding': 'gzip' },
  }),
  request('base64', 'the form in base64', Buffer.from(good).toString('base64'), 400),
  request('json-as-form', 'JSON that says it is a form', '{"event":"ONCRMDEALUPDATE","data":{"FIELDS":{"ID":1}}}', 400),
  request(
    'xml-as-form',
    'XML with an entity that is a file, as a form',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    400,
  ),
  request(
    'multipart-as-form',
    'a multipart body that says it is a form',
    '--b\r\ncontent-disposition: form-data; name="event"\r\n\r\nONCRMDEALUPDATE\r\n--b--\r\n',
    400,
  ),
];

/** As gzip writes it, but uncompressed and without a checksum, so that the bytes are the same everywhere. */
function gzipStored(text: string): Uint8Array {
  return bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], [...deflateRawSync(text, { level: 0 })]);
}

/** Brackets that do not match, and ambiguous names. */
const NAMES: readonly HostileRequest[] = [
  request('bracket-open', 'a bracket that is not closed', plus('data%5BFIELDS=1'), 400),
  request('bracket-close', 'a bracket that was not opened', plus('data%5D=1'), 400),
  request('bracket-nested', 'a bracket within brackets', plus('data%5Ba%5Bb%5D%5D=1'), 400),
  request(
    'bracket-text-behind',
    'text behind a bracket, which PHP drops',
    good.replace('auth%5Bmember_id%5D', 'auth%5Bmember_id%5Dx'),
    400,
  ),
  request('bracket-first', 'a bracket without a name', '%5Bevent%5D=ONCRMDEALUPDATE', 400),
  request('no-name', 'a value without a name', plus('=1'), 400),
  request('text-then-group', 'auth as a text, then as a group', `auth=1&${good}`, 400),
  request('group-then-text', 'auth as a group, then as a text', plus('auth=1'), 400),
  request('event-list', 'a list of event names', good.replace('event=', 'event%5B%5D='), 400),
  request('semicolons', 'semicolons between the fields', good.replaceAll('&', ';'), 400),
  request('line-breaks', 'line breaks between the fields', good.replaceAll('&', '\r\n'), 400),
  request('dot-names', 'dots in place of brackets', good.replaceAll('%5B', '.').replaceAll('%5D', ''), 400),
  request('space-before-name', 'a space before a name, which PHP drops', good.replace('event=', '+event='), 400),
];

export const FORMS: readonly HostileRequest[] = [...PROTOTYPES, ...SHAPES, ...ENCODINGS, ...NAMES];
