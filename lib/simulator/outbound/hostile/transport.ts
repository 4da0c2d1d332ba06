import { event, FORM, type HostileRequest, request, robot, WRONG_TOKEN } from './request.ts';

const good = event();
const json = JSON.stringify({ event: 'ONCRMDEALUPDATE', data: { FIELDS: { ID: 1 } }, auth: { member_id: 'x' } });

/** Other content types, and some that only resemble the right one. */
const TYPES: readonly (readonly [string, string, string, string | null])[] = [
  ['json', 'JSON', json, 'application/json'],
  ['json-deep', 'JSON 20,000 levels deep', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'application/json'],
  ['json-wide', 'JSON with a prototype', '{"__proto__":{"polluted":1},"event":"ONCRMDEALUPDATE"}', 'application/json'],
  ['text', 'a form as plain text', good, 'text/plain'],
  [
    'multipart',
    'a multipart form',
    `--b\r\ncontent-disposition: form-data; name="event"\r\n\r\nX\r\n--b--`,
    'multipart/form-data; boundary=b',
  ],
  ['xml', 'XML', '<event>ONCRMDEALUPDATE</event>', 'application/xml'],
  ['html', 'HTML', '<script>alert(1)</script>', 'text/html'],
  ['bytes', 'bytes', good, 'application/octet-stream'],
  ['missing', 'no content type', good, null],
  ['empty', 'an empty content type', good, ''],
  ['star', 'any content type', good, '*/*'],
  ['longer', 'a content type that only begins right', good, `${FORM}-data`],
  ['two', 'two content types', good, `${FORM}, application/json`],
  ['other-first', 'the right content type behind another', good, `text/plain; ${FORM}`],
  ['quoted', 'the right content type in quotes', good, `"${FORM}"`],
  ['nested', 'the right content type as a parameter', good, `text/plain; type=${FORM}`],
  ['spaces', 'a content type with 8,000 spaces', good, `${FORM}${' '.repeat(8000)}x`],
];

const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'] as const;

const PATHS: readonly (readonly [string, string, string])[] = [
  ['root', 'the root', '/'],
  ['upper-case', 'a route in upper case', '/EVENT'],
  ['slash-behind', 'a route with a slash behind it', '/event/'],
  ['below', 'below a route', '/event/robot'],
  ['encoded-slash', 'an encoded slash', '/event%2frobot'],
  ['semicolon', 'parameters in the path', '/event;jsessionid=1'],
  ['worker', 'the worker, which has no route', '/worker'],
  ['cleanup', 'the schedule, which has no route', '/cleanup'],
  ['environment', 'a file with secrets', '/.env'],
  ['secrets', 'the file with the local secrets', '/../secrets.json'],
  ['encoded-way-out', 'the same, encoded', '/%2e%2e/%2e%2e/etc/passwd'],
  ['control', 'the simulated portal’s control', '/control/state'],
  ['invoke', 'Lambda’s own address for invocations', '/2015-03-31/functions/worker/invocations'],
  ['bad-escape', 'a broken escape in the path', '/event%zz'],
];

/** Everything around the body: content types, verbs, paths, headers. */
export const TRANSPORT: readonly HostileRequest[] = [
  ...TYPES.map(([name, attacks, body, type]) =>
    request(`type-${name}`, attacks, body, 415, { headers: type === null ? {} : { 'content-type': type } }),
  ),
  ...METHODS.map((method) => {
    const bodyless = ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method);
    return request(`method-${method.toLowerCase()}`, `${method} where only POST is served`, bodyless ? '' : good, 404, {
      method,
      headers: bodyless ? {} : { 'content-type': FORM },
    });
  }),
  ...PATHS.map(([name, attacks, path]) => request(`path-${name}`, attacks, good, 404, { path })),
  request('method-override', 'another method in a header', event({ application_token: WRONG_TOKEN }), 403, {
    headers: { 'content-type': FORM, 'x-http-method-override': 'GET', 'x-method-override': 'DELETE' },
  }),
  request('forwarded', 'the address of Bitrix24 in headers', event({ application_token: WRONG_TOKEN }), 403, {
    headers: {
      'content-type': FORM,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'acme.bitrix24.com',
      forwarded: 'for=127.0.0.1;host=acme.bitrix24.com',
      'x-real-ip': '127.0.0.1',
    },
  }),
  request('host', 'another host name', event({ application_token: WRONG_TOKEN }), 403, {
    headers: { 'content-type': FORM, host: 'evil.example' },
  }),
  request('user-agent', 'the portal’s own user agent', robot({}, { application_token: WRONG_TOKEN }), 403, {
    path: '/robot',
    headers: { 'content-type': FORM, 'user-agent': 'Bitrix24 Webhook Engine' },
  }),
  request('lambda-headers', 'headers of an invocation', event({ application_token: WRONG_TOKEN }), 403, {
    headers: {
      'content-type': FORM,
      'x-amzn-trace-id': 'Root=1-0-0',
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:x',
      'x-amz-invocation-type': 'Event',
    },
  }),
  request('long-header', 'a header of 8,000 signs', event({ application_token: WRONG_TOKEN }), 403, {
    headers: { 'content-type': FORM, 'x-long': 'a'.repeat(8000) },
  }),
  request('form-in-query', 'the whole call in the address', '', 400, { path: `/event?${good}` }),
  request('charset', 'a form that says it is UTF-7', event({ application_token: `+AC0-${WRONG_TOKEN}` }), 403, {
    headers: { 'content-type': `${FORM}; charset=utf-7` },
  }),
];
